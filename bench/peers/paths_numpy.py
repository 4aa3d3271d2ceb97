"""Posterior functions by Matheron's rule as one writes them by hand in NumPy: RBF kernel, sine-cosine features that all paths share.

Argument, JSON: {"file", "n", "d", "paths", "features", "points", "lengthscale", "noise", "runs", "want": ["draw", "eval", "grad"]};
file holds n rows of d inputs and a target as raw float64. Prints what was wanted: {"draw": s, "eval": ns, "grad": ns},
condition and draw; evaluate all paths at common points, a path and point; gradients of each path at its own points, likewise.
"""
import json
import sys
import time

import numpy as np
from scipy.linalg import cho_factor, cho_solve

args = json.loads(sys.argv[1])
n, d, s, half = args["n"], args["d"], args["paths"], args["features"] // 2
points, scale, noise = args["points"], args["lengthscale"], args["noise"]
table = np.fromfile(args["file"]).reshape(n, d + 1)
X, y = table[:, :d].copy(), table[:, d]
rng = np.random.default_rng(1)


def kernel(a, b):
    r = a @ b.T
    r *= 2
    r -= (a * a).sum(1)[:, None]
    r -= (b * b).sum(1)
    r *= 0.5 / scale**2
    return np.exp(np.minimum(r, 0, out=r), out=r)


def features(a, omega):
    phase = a @ omega.T
    out = np.empty((len(a), 2 * half))
    np.sin(phase, out=out[:, :half])
    np.cos(phase, out=out[:, half:])
    out /= np.sqrt(half)
    return out


def draw():
    omega = rng.standard_normal((half, d)) / scale
    w = rng.standard_normal((2 * half, s))
    factor = cho_factor(kernel(X, X) + noise * np.eye(n), lower=True, overwrite_a=True, check_finite=False)
    residual = y[:, None] - features(X, omega) @ w - np.sqrt(noise) * rng.standard_normal((n, s))
    return omega, w, cho_solve(factor, residual, overwrite_b=True, check_finite=False)


def evaluate(path, x, tile=1000):
    omega, w, v = path
    tiles = (x[i : i + tile] for i in range(0, len(x), tile))
    return np.vstack([features(t, omega) @ w + kernel(t, X) @ v for t in tiles])


def gradients(path, xs):
    omega, w, v = path
    out = np.empty_like(xs)
    for i, x in enumerate(xs):
        phase = x @ omega.T
        out[i] = (np.cos(phase) * w[:half, i] - np.sin(phase) * w[half:, i]) @ omega / np.sqrt(half)
        weights = kernel(x, X) * v[:, i]
        out[i] += (weights @ X - weights.sum(1)[:, None] * x) / scale**2
    return out


def best(work):
    work()
    times = []
    for _ in range(args["runs"]):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


result, path = {}, draw()
if "draw" in args["want"]:
    result["draw"] = best(draw)
if "eval" in args["want"]:
    x = rng.random((points, d))
    result["eval"] = best(lambda: evaluate(path, x)) / s / points * 1e9
if "grad" in args["want"]:
    xs = rng.random((s, points, d))
    result["grad"] = best(lambda: gradients(path, xs)) / s / points * 1e9
print(json.dumps(result))
