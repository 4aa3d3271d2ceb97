"""Writes scipy.json: log densities, probabilities, quantiles and moments, made
with SciPy 1.17.1:

    python3 scipy.py > scipy.json
"""
import json
import math
import sys

sys.path.pop(0)  # this file is called scipy, too
from scipy import special, stats

CASES = {
    "normal(0, 1)": stats.norm(0, 1),
    "normal(-3, 0.25)": stats.norm(-3, 0.25),
    "normal(1e+06, 3)": stats.norm(1e6, 3),
    "lognormal(0, 0.3)": stats.lognorm(0.3, scale=1),
    "lognormal(-1.2, 1)": stats.lognorm(1, scale=math.exp(-1.2)),
    "lognormal(2, 0.01)": stats.lognorm(0.01, scale=math.exp(2)),
    "halfnormal(1)": stats.halfnorm(scale=1),
    "halfnormal(0.05)": stats.halfnorm(scale=0.05),
    "gamma(1, 2)": stats.gamma(1, scale=1 / 2),
    "gamma(2, 0.5)": stats.gamma(2, scale=1 / 0.5),
    "gamma(0.15, 1)": stats.gamma(0.15, scale=1),
    "gamma(0.05, 1)": stats.gamma(0.05, scale=1),
    "gamma(0.6, 30)": stats.gamma(0.6, scale=1 / 30),
    "gamma(150, 3)": stats.gamma(150, scale=1 / 3),
    "gamma(20000, 1)": stats.gamma(20000, scale=1),
    "inversegamma(5, 5)": stats.invgamma(5, scale=5),
    "inversegamma(2.5, 0.1)": stats.invgamma(2.5, scale=0.1),
    "inversegamma(1.5, 4)": stats.invgamma(1.5, scale=4),
    "inversegamma(0.8, 1)": stats.invgamma(0.8, scale=1),
    "uniform(0, 1)": stats.uniform(0, 1),
    "uniform(-2.5, 7)": stats.uniform(-2.5, 9.5),
    "uniform(1000, 1000.25)": stats.uniform(1000, 0.25),
    "cauchy(0, 1)": stats.cauchy(0, 1),
    "cauchy(-2, 0.3)": stats.cauchy(-2, 0.3),
    "halfcauchy(1)": stats.halfcauchy(scale=1),
    "halfcauchy(25)": stats.halfcauchy(scale=25),
    "studentt(1.5, 0, 1)": stats.t(1.5, 0, 1),
    "studentt(3, 2, 0.5)": stats.t(3, 2, 0.5),
    "studentt(7.5, -1, 2)": stats.t(7.5, -1, 2),
    "studentt(200, 0, 1)": stats.t(200, 0, 1),
    "studentt(1e+06, 0, 1)": stats.t(1e6, 0, 1),
    "exponential(1)": stats.expon(scale=1),
    "exponential(0.02)": stats.expon(scale=1 / 0.02),
    "beta(1, 1)": stats.beta(1, 1),
    "beta(2, 5)": stats.beta(2, 5),
    "beta(0.5, 0.9)": stats.beta(0.5, 0.9),
    "beta(0.1, 3)": stats.beta(0.1, 3),
    "beta(300, 40)": stats.beta(300, 40),
    "beta(20000, 30000)": stats.beta(20000, 30000),
}
PROBABILITIES = [1e-12, 1e-6, 0.01, 0.3, 0.5, 0.9, 0.9999]



def quantile(text, d, p):
    if text.startswith("halfnormal"):  # SciPy's own goes through (1 + p)/2
        return d.kwds["scale"] * math.sqrt(2) * float(special.erfinv(p))
    return float(d.ppf(p))


print(json.dumps([{
    "text": text,
    "mean": repr(float(d.mean())),
    "variance": repr(float(d.var())),
    "points": [[x, float(d.logpdf(x)), float(d.cdf(x))] for x in (quantile(text, d, p) for p in PROBABILITIES)],
    "quantiles": [[p, quantile(text, d, p)] for p in PROBABILITIES],
} for text, d in CASES.items()], indent=1))
