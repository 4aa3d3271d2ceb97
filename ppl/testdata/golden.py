"""Log densities of programs, made with SciPy: python golden.py > golden.json

Points are unconstrained, site after site; the log density includes the logarithm
of the Jacobian. The gradient is not here: the tests take differences.
"""
import json

import numpy as np
from scipy import stats

Y = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
S = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])


def schools(mu, log_tau):
    tau = np.exp(log_tau)
    return stats.norm(0, 5).logpdf(mu) + stats.halfcauchy(0, 5).logpdf(tau) + log_tau


def centred(p):
    mu, log_tau, theta = p[0], p[1], p[2:]
    return schools(mu, log_tau) + stats.norm(mu, np.exp(log_tau)).logpdf(theta).sum() + stats.norm(theta, S).logpdf(Y).sum()


def noncentred(p):
    mu, log_tau, z = p[0], p[1], p[2:]
    theta = mu + np.exp(log_tau) * z
    return schools(mu, log_tau) + stats.norm.logpdf(z).sum() + stats.norm(theta, S).logpdf(Y).sum()


X = np.array([-1.5, -1, -0.5, 0, 0.5, 1, 1.5])
OBS = np.array([-2.1, -1.4, -0.2, 0.3, 1.6, 1.9, 3.4])
KEEP = np.array([1, 1, 0, 1, 1, 1, 0], dtype=bool)


def regression(p):
    """Subsample of 7 out of 70, two entries masked."""
    a, b, log_s, nu = p[0], p[1], p[2], p[3]
    s, df = np.exp(log_s), 1 + np.exp(nu)
    like = stats.t(df, a + b * X, s).logpdf(OBS)[KEEP].sum() * 10
    return (stats.norm(0, 2).logpdf(a) + stats.t(4, 0.5, 1.5).logpdf(b) + stats.expon(scale=1 / 1.3).logpdf(s) + log_s
            + stats.lognorm(0.4, scale=np.exp(0.2)).logpdf(np.exp(nu)) + nu + like)


COUNTS = np.array([[2, 0, 3], [5, 1, 4]])


def counts(p):
    """Rates in two plates: groups of 2, items of 3; a beta variable with trials."""
    lr = p[:2]
    rate = np.exp(lr)
    item = p[2:5]
    q = 1 / (1 + np.exp(-p[5]))
    lp = stats.gamma(2.5, scale=1 / 0.7).logpdf(rate).sum() + lr.sum()
    lp += stats.cauchy(0.1, 0.8).logpdf(item).sum()
    lp += stats.poisson(rate[:, None] * np.exp(item)[None, :]).logpmf(COUNTS).sum()
    lp += stats.beta(2, 3.5).logpdf(q) + np.log(q) + np.log1p(-q)
    lp += stats.binom(np.array([4, 9]), q).logpmf([1, 4]).sum()
    lp += stats.bernoulli(1 / (1 + np.exp(-item))).logpmf([1, 0, 1]).sum()
    return lp


rng = np.random.default_rng(20)
out = {}
for name, f, dim in [("centred", centred, 10), ("noncentred", noncentred, 10), ("regression", regression, 4), ("counts", counts, 6)]:
    points = rng.normal(size=(4, dim)).round(3)
    out[name] = [{"x": p.tolist(), "logprob": float(f(p))} for p in points]
print(json.dumps(out, indent=1))
