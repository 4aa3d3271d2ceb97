"""The exact log evidence with its gradient in JAX, and the fit by SciPy's L-BFGS-B from one start, in float64.

Argument, JSON: {"file", "n", "d", "runs", "start": logarithms of (variance, d lengthscales, noise sd), "want": ["evidence", "fit", "evidence_per_row"]};
file holds n rows of d inputs and a target as raw float64. Prints what was wanted: {"evidence": s, "fit": s, "evidence_per_row"}.
"""
import json
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import cho_solve
from scipy.optimize import minimize

jax.config.update("jax_enable_x64", True)
args = json.loads(sys.argv[1])
n, d, start = args["n"], args["d"], np.array(args["start"])
table = np.fromfile(args["file"]).reshape(n, d + 1)
X, y = jnp.asarray(table[:, :d]), jnp.asarray(table[:, d])


@jax.jit
@jax.value_and_grad
def negative_evidence(theta):
    variance, scales, sd = jnp.exp(theta[0]), jnp.exp(theta[1:-1]), jnp.exp(theta[-1])
    z = X / scales
    norms = (z * z).sum(1)
    r2 = jnp.maximum(norms[:, None] + norms - 2 * z @ z.T, 0)
    L = jnp.linalg.cholesky(variance * jnp.exp(-r2 / 2) + sd**2 * jnp.eye(n))
    return y @ cho_solve((L, True), y) / 2 + jnp.log(jnp.diag(L)).sum() + n / 2 * jnp.log(2 * jnp.pi)


def objective(theta):
    value, grad = negative_evidence(theta)
    return float(value), np.asarray(grad)


def timed(work):
    began = time.perf_counter()
    end = work()
    return time.perf_counter() - began, end


objective(start)  # compiles
result = {}
if "evidence" in args["want"]:
    result["evidence"] = min(timed(lambda: objective(start))[0] for _ in range(args["runs"]))
if "fit" in args["want"] or "evidence_per_row" in args["want"]:
    result["fit"], end = timed(lambda: minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": 100}))
    result["evidence_per_row"] = -end.fun / n
print(json.dumps(result))
