"""Writes vector.json: log densities of multivariate distributions, made with
SciPy 1.17.1 and NumPy 2.4.6. SciPy has no law of Cholesky factors of correlation
matrices: its constant here is the product over partial correlations of
Lewandowski, Kurowicka and Joe (2009), where the package has the onion's.

    python3 vector.py > vector.json
"""
import json
import sys

sys.path.pop(0)  # a file here is called scipy, too
import numpy as np
from scipy import special, stats

rng = np.random.default_rng(7)
cases = []


def add(family, parameters, matrix, points, log_prob):
    cases.append({
        "family": family, "parameters": list(map(float, parameters)),
        "matrix": np.ravel(matrix).tolist(),
        "points": [np.ravel(x).tolist() for x in points], "logProb": [float(log_prob(x)) for x in points],
    })


for n in 1, 2, 5:
    mean = np.round(rng.normal(size=n), 3)
    a = rng.normal(size=(n, n))
    cov = a @ a.T + 0.3 * np.eye(n)
    d = stats.multivariate_normal(mean, cov)
    points = [mean, *rng.normal(size=(3, n)) * 2]
    add("covariance", mean, cov, points, d.logpdf)
    add("cholesky", mean, np.linalg.cholesky(cov), points, d.logpdf)
    add("precision", mean, np.linalg.inv(cov), points, d.logpdf)

for a in [1, 1], [2, 0.7], [1, 1, 1], [3, 0.8, 12, 1.5], [200, 1, 2000]:
    d = stats.dirichlet(a)
    points = [*rng.dirichlet(np.add(a, 0.5), size=4)]
    points = [p / p.sum() for p in points]
    add("dirichlet", a, [], points, lambda x: d.logpdf(x))


def lkj(n, eta):
    constant = 0.0
    for j in range(1, n):
        alpha = eta + (n - 1 - j) / 2
        constant += (n - j) * ((2 * alpha - 1) * np.log(2) + special.betaln(alpha, alpha))
    def log_prob(l):
        _, log_det = np.linalg.slogdet(l @ l.T)
        to_matrix = sum((n - 1 - i) * np.log(l[i, i]) for i in range(n))  # dR/dL
        return (eta - 1) * log_det + to_matrix - constant
    return log_prob


for n, eta in (2, 1), (2, 0.6), (3, 1), (4, 2.5), (6, 0.8), (5, 50):
    points = []
    for _ in range(4):
        a = rng.normal(size=(n, n)) + np.eye(n)
        points.append(np.linalg.cholesky(np.corrcoef(np.hstack([a, a * 0.5 + rng.normal(size=(n, n))]))))
    add("lkjcholesky", [n, eta], [], points, lkj(n, eta))

print(json.dumps(cases, indent=1))
