"""Writes discrete.json: log probabilities, probabilities up to a number and
moments of discrete distributions, made with SciPy 1.17.1 and NumPy 2.4.6:

    python3 discrete.py > discrete.json
"""
import json
import sys

sys.path.pop(0)  # a file here is called scipy, too
import numpy as np
from scipy import special, stats


def categorical(p):
    return stats.rv_discrete(values=(np.arange(len(p)), p))


CASES = [
    ("bernoulli", [0.3], stats.bernoulli(0.3)),
    ("bernoulli", [1e-9], stats.bernoulli(1e-9)),
    ("bernoullilogit", [-1.5], stats.bernoulli(special.expit(-1.5))),
    ("bernoullilogit", [0.2], stats.bernoulli(special.expit(0.2))),
    ("binomial", [1, 0.7], stats.binom(1, 0.7)),
    ("binomial", [12, 0.35], stats.binom(12, 0.35)),
    ("binomial", [200, 0.02], stats.binom(200, 0.02)),
    ("binomial", [60, 0.2], stats.binom(60, 0.2)),
    ("binomial", [500, 0.9], stats.binom(500, 0.9)),
    ("binomial", [100000, 0.5], stats.binom(100000, 0.5)),
    ("poisson", [0.05], stats.poisson(0.05)),
    ("poisson", [3.5], stats.poisson(3.5)),
    ("poisson", [10], stats.poisson(10)),
    ("poisson", [31.4], stats.poisson(31.4)),
    ("poisson", [20000], stats.poisson(20000)),
    ("categorical", [0.2, 0.5, 0.3], categorical([0.2, 0.5, 0.3])),
    ("categorical", [3, 1, 0.5, 7, 2], categorical(np.array([3, 1, 0.5, 7, 2]) / 13.5)),
    ("categoricallogit", [0.5, -2, 1, 0], categorical(special.softmax([0.5, -2, 1, 0]))),
    ("categoricallogit", [1000, 1001.5], categorical(special.softmax([1000, 1001.5]))),
]
PROBABILITIES = [1e-6, 0.01, 0.3, 0.5, 0.9, 0.9999]

print(json.dumps([{
    "family": family,
    "parameters": parameters,
    "mean": float(d.mean()),
    "variance": float(d.var()),
    "points": [[k, float(d.logpmf(k)), float(d.cdf(k))] for k in sorted({float(d.ppf(p)) for p in PROBABILITIES})],
} for family, parameters, d in CASES], indent=1))
