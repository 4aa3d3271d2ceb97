"""One dense operation through NumPy and SciPy, that is OpenBLAS, or one of NumPy's functions of a row, in float64.

Argument, JSON: {"op": "dgemm" | "dpotrf" | "exp" | "cos", "n": order or length, "runs": n}. Prints {"gflops"}: 2 n^3 or n^3/3 flop
over the best time, or {"ns"}: an element's.
"""
import json
import sys
import time

import numpy as np
from scipy.linalg import lapack

args = json.loads(sys.argv[1])
n, op = args["n"], args["op"]
draw = np.random.default_rng(0).standard_normal
prepare, flop = (lambda: None), None
if op == "dgemm":
    a, b, out, flop = draw((n, n)), draw((n, n)), np.empty((n, n)), 2 * n**3
    work = lambda _: np.matmul(a, b, out=out)
elif op == "dpotrf":
    a = draw((n, n))
    k, flop = np.asfortranarray(a @ a.T + n * np.eye(n)), n**3 / 3
    prepare, work = (lambda: k.copy(order="F")), (lambda c: lapack.dpotrf(c, lower=1, clean=0, overwrite_a=1))
else:
    x, out, f = 3 * draw(n), np.empty(n), {"exp": np.exp, "cos": np.cos}[op]
    work = lambda _: f(x, out=out)

best = np.inf
for run in range(args["runs"] + 1):  # the first warms up
    fresh = prepare()
    began = time.perf_counter()
    work(fresh)
    if run > 0:
        best = min(best, time.perf_counter() - began)
print(json.dumps({"gflops": flop / best / 1e9} if flop else {"ns": best / n * 1e9}))
