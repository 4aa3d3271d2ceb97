"""One dense operation through NumPy and SciPy, that is OpenBLAS, in float64.

Argument, JSON: {"op": "dgemm" | "dpotrf", "n": order, "runs": n}. Prints {"gflops"}: 2 n^3 or n^3/3 flop over the best time.
"""
import json
import sys
import time

import numpy as np
from scipy.linalg import lapack

args = json.loads(sys.argv[1])
n = args["n"]
draw = np.random.default_rng(0).standard_normal
a = draw((n, n))
if args["op"] == "dgemm":
    b, out, flop = draw((n, n)), np.empty((n, n)), 2 * n**3
    prepare, work = (lambda: None), (lambda _: np.matmul(a, b, out=out))
else:
    k, flop = np.asfortranarray(a @ a.T + n * np.eye(n)), n**3 / 3
    prepare, work = (lambda: k.copy(order="F")), (lambda c: lapack.dpotrf(c, lower=1, clean=0, overwrite_a=1))

best = np.inf
for run in range(args["runs"] + 1):  # the first warms up
    fresh = prepare()
    began = time.perf_counter()
    work(fresh)
    if run > 0:
        best = min(best, time.perf_counter() - began)
print(json.dumps({"gflops": flop / best / 1e9}))
