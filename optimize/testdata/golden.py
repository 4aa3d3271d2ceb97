"""Golden runs of SciPy's L-BFGS-B and Brent: python golden.py > golden.json

The Go tests hold the same objectives (problems_test.go); f0 and the norm of the
gradient at the start tie the two together.
"""
import json
import math
import sys

import numpy as np
import scipy
from scipy.optimize import brentq, fmin_l_bfgs_b

INF = math.inf


def rosenbrock(x):
    a, b = x[1:] - x[:-1] ** 2, 1 - x[:-1]
    g = np.zeros_like(x)
    g[:-1] = -400 * x[:-1] * a - 2 * b
    g[1:] += 200 * a
    return float(np.sum(100 * a**2 + b**2)), g


def powell(x):
    g = np.zeros_like(x)
    f = 0.0
    for i in range(0, len(x), 4):
        a, b, c, d = x[i:i + 4]
        p, q, r, s = a + 10 * b, c - d, b - 2 * c, a - d
        f += p**2 + 5 * q**2 + r**4 + 10 * s**4
        g[i:i + 4] = [2 * p + 40 * s**3, 20 * p + 4 * r**3, 10 * q - 8 * r**3, -10 * q - 40 * s**3]
    return f, g


def beale(x):
    a, b = x
    f, g = 0.0, np.zeros(2)
    for k, y in enumerate((1.5, 2.25, 2.625), 1):
        e = y - a * (1 - b**k)
        f += e * e
        g += 2 * e * np.array([-(1 - b**k), a * k * b ** (k - 1)])
    return f, g


def brown(x):
    a, b = x
    p, q, r = a - 1e6, b - 2e-6, a * b - 2
    return p * p + q * q + r * r, np.array([2 * p + 2 * r * b, 2 * q + 2 * r * a])


def trigonometric(x):
    n = len(x)
    i = np.arange(1, n + 1)
    e = n - np.sum(np.cos(x)) + i * (1 - np.cos(x)) - np.sin(x)
    g = 2 * np.sum(e) * np.sin(x) + 2 * e * (i * np.sin(x) - np.cos(x))
    return float(np.sum(e**2)), g


def quadratic(x):
    n = len(x)
    c = 10 ** (6 * np.arange(n) / (n - 1))
    e = x - 1 / np.arange(1, n + 1)
    return 0.5 * float(np.sum(c * e**2)), c * e


def chain(x):
    """1/2 x'Tx - b'x, T the second difference: couples neighbours."""
    n = len(x)
    b = np.sin(np.arange(1, n + 1))
    t = 2 * x
    t[1:] -= x[:-1]
    t[:-1] -= x[1:]
    return float(0.5 * x @ t - b @ x), t - b


def driver(x):
    """The sample problem of the L-BFGS-B distribution."""
    f = 0.25 * (x[0] - 1) ** 2 + np.sum((x[1:] - x[:-1] ** 2) ** 2)
    t = x[1:] - x[:-1] ** 2
    g = np.zeros_like(x)
    g[0] = 2 * (x[0] - 1) - 16 * x[0] * t[0]
    g[1:-1] = 8 * t[:-1] - 16 * x[1:-1] * t[1:]
    g[-1] = 8 * t[-1]
    return 4 * float(f), g


def linear(x):
    c = np.array([(-1.0) ** i * (i + 1) for i in range(len(x))])
    return float(c @ x), c


def hs3(x):
    a, b = x
    return b + 1e-5 * (b - a) ** 2, np.array([-2e-5 * (b - a), 1 + 2e-5 * (b - a)])


def hs4(x):
    a, b = x
    return (a + 1) ** 3 / 3 + b, np.array([(a + 1) ** 2, 1.0])


def hs5(x):
    a, b = x
    c = math.cos(a + b)
    return math.sin(a + b) + (a - b) ** 2 - 1.5 * a + 2.5 * b + 1, np.array([c + 2 * (a - b) - 1.5, c - 2 * (a - b) + 2.5])


def hs38(x):
    a, b, c, d = x
    f = (100 * (b - a * a) ** 2 + (1 - a) ** 2 + 90 * (d - c * c) ** 2 + (1 - c) ** 2
         + 10.1 * ((b - 1) ** 2 + (d - 1) ** 2) + 19.8 * (b - 1) * (d - 1))
    g = [-400 * a * (b - a * a) - 2 * (1 - a), 200 * (b - a * a) + 20.2 * (b - 1) + 19.8 * (d - 1),
         -360 * c * (d - c * c) - 2 * (1 - c), 180 * (d - c * c) + 20.2 * (d - 1) + 19.8 * (b - 1)]
    return f, np.array(g)


def hs45(x):
    g = np.array([-np.prod(np.delete(x, i)) / 120 for i in range(5)])
    return 2 - float(np.prod(x)) / 120, g


def hs110(x):
    p, q = np.log(x - 2), np.log(10 - x)
    r = np.prod(x) ** 0.2
    return float(np.sum(p**2 + q**2) - r), 2 * p / (x - 2) - 2 * q / (10 - x) - 0.2 * r / x


def box(n, lower, upper):
    return [(lower, upper)] * n


PROBLEMS = [  # name, objective, start, bounds
    ("rosenbrock2", rosenbrock, [-1.2, 1], None),
    ("rosenbrock10", rosenbrock, [-1.2, 1] * 5, None),
    ("powell8", powell, [3, -1, 0, 1] * 2, None),
    ("beale", beale, [1, 1], None),
    ("brown", brown, [1, 1], None),
    ("trigonometric10", trigonometric, [0.1] * 10, None),
    ("quadratic20", quadratic, [2] * 20, None),
    ("chain50", chain, [0] * 50, None),
    ("wood", hs38, [-3, -1, -3, -1], None),
    ("rosenbrock2 active", rosenbrock, [-1.2, 1], [(-2, 0.5), (-1, 2)]),
    ("rosenbrock10 active", rosenbrock, [-1.2, 1] * 5, box(10, -1.5, 0.8)),
    ("rosenbrock10 fixed", rosenbrock, [-1.2, 1] * 5, [(0.5, 0.5) if i == 4 else (-2, 2) for i in range(10)]),
    ("rosenbrock4 half", rosenbrock, [2, 3, 2, 3], [(1.5, INF), (-INF, INF), (-INF, 9), (2, INF)]),
    ("beale active", beale, [1, 1], [(-1, 2), (-4.5, 4.5)]),
    ("quadratic20 box", quadratic, [2] * 20, [(0.3, INF) if i % 2 else (-INF, 0.2) for i in range(20)]),
    ("chain50 box", chain, [0] * 50, box(50, -0.6, 0.4)),
    ("chain200 box", chain, [0] * 200, box(200, -0.6, 0.4)),
    ("driver25", driver, [3] * 25, [(1, 100) if i % 2 == 0 else (-100, 100) for i in range(25)]),
    ("powell8 outside", powell, [3, -1, 0, 1] * 2, box(8, 0.1, 2)),
    ("linear6", linear, [0.5] * 6, [(-1, 2), (0, 1), (-3, 3), (0, 5), (-1, 1), (0, 0.5)]),
    ("hs1", rosenbrock, [-2, 1], [(-INF, INF), (-1.5, INF)]),
    ("hs2", rosenbrock, [-2, 1], [(-INF, INF), (1.5, INF)]),
    ("hs3", hs3, [10, 1], [(-INF, INF), (0, INF)]),
    ("hs4", hs4, [1.125, 0.125], [(1, INF), (0, INF)]),
    ("hs5", hs5, [0, 0], [(-1.5, 4), (-3, 3)]),
    ("hs38", hs38, [-3, -1, -3, -1], box(4, -10, 10)),
    ("hs45", hs45, [2] * 5, [(0, i) for i in range(1, 6)]),
    ("hs110", hs110, [9] * 10, box(10, 2.001, 9.999)),
]

ROOTS = [("cubic", lambda x: x**3 - 2 * x - 5, 2, 3), ("cosine", lambda x: math.cos(x) - x, 0, 1),
         ("flat", lambda x: (x - 1) ** 9, 0, 3), ("exp", lambda x: math.exp(x) - 1e3, -100, 10)]


def finite(v):
    return None if math.isinf(v) else v


def main():
    runs = []
    for name, f, x0, bounds in PROBLEMS:
        x0 = np.array(x0, float)
        bounds = bounds or box(len(x0), -INF, INF)
        x, fx, info = fmin_l_bfgs_b(f, x0.copy(), bounds=bounds, m=10, factr=1e3, pgtol=1e-6)
        start = np.clip(x0, [b[0] for b in bounds], [b[1] for b in bounds])
        f0, g0 = f(start)
        runs.append({
            "name": name, "x0": list(x0), "lower": [finite(b[0]) for b in bounds], "upper": [finite(b[1]) for b in bounds],
            "f0": f0, "grad_norm0": float(np.linalg.norm(g0)), "x": list(x), "f": float(fx),
            "iterations": int(info["nit"]), "evaluations": int(info["funcalls"]), "task": str(info["task"]),
        })
    roots = []
    for name, f, a, b in ROOTS:
        x, r = brentq(f, a, b, xtol=1e-12, maxiter=1000, full_output=True)
        roots.append({"name": name, "a": a, "b": b, "x": x, "evaluations": r.function_calls})
    json.dump({
        "scipy": scipy.__version__, "memory": 10, "rel_tol": 1e3 * np.finfo(float).eps, "grad_tol": 1e-6,
        "runs": runs, "roots": roots,
    }, sys.stdout, indent=1)
    print()


main()
