"""The exact log evidence with its gradient in PyTorch, and the fit; the argument and the results are those of fit_jax.py."""
import json
import math
import sys
import time

import numpy as np
import torch
from scipy.optimize import minimize

args = json.loads(sys.argv[1])
n, d, start = args["n"], args["d"], np.array(args["start"])
table = torch.from_numpy(np.fromfile(args["file"]).reshape(n, d + 1))
X, y = table[:, :d].contiguous(), table[:, d:].contiguous()
eye = torch.eye(n, dtype=torch.float64)


def objective(theta):
    theta = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    variance, scales, sd = theta[0].exp(), theta[1:-1].exp(), theta[-1].exp()
    z = X / scales
    norms = (z * z).sum(1)
    r2 = (norms[:, None] + norms - 2 * z @ z.T).clamp_min(0)
    L = torch.linalg.cholesky(variance * torch.exp(-r2 / 2) + sd**2 * eye)
    value = (y * torch.cholesky_solve(y, L)).sum() / 2 + L.diagonal().log().sum() + n / 2 * math.log(2 * math.pi)
    value.backward()
    return value.item(), theta.grad.numpy()


def timed(work):
    began = time.perf_counter()
    end = work()
    return time.perf_counter() - began, end


objective(start)
result = {}
if "evidence" in args["want"]:
    result["evidence"] = min(timed(lambda: objective(start))[0] for _ in range(args["runs"]))
if "fit" in args["want"] or "evidence_per_row" in args["want"]:
    result["fit"], end = timed(lambda: minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": 100}))
    result["evidence_per_row"] = -end.fun / n
print(json.dumps(result))
