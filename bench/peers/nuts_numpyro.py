"""NumPyro's NUTS over the hyperparameters of a GP, in float64: chains side by side, first with compilation, then compiled.

Argument, JSON: {"file", "n", "d", "chains", "iterations", "acceptance", "jitter", "draws": prefix of files, "want": ["cold", "warm"]};
file holds n rows of d inputs and a target as raw float64. Prints what was wanted:
{"cold": {"seconds", "leapfrogs", "chains", "iterations", "draws": file}, "warm": likewise}; a file has the draws as raw float64, chains x draws x parameters.
"""
import json
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS

jax.config.update("jax_enable_x64", True)
args = json.loads(sys.argv[1])
n, d, chains, steps = args["n"], args["d"], args["chains"], args["iterations"]
numpyro.set_host_device_count(chains)
table = np.fromfile(args["file"]).reshape(n, d + 1)
X, y = jnp.asarray(table[:, :d]), jnp.asarray(table[:, d])


def model(X, y):
    variance = numpyro.sample("variance", dist.LogNormal(0.0, 1.0))
    scales = numpyro.sample("lengthscale", dist.LogNormal(jnp.zeros(d), 1.0))
    sd = numpyro.sample("noise", dist.LogNormal(-2.0, 1.0))
    z = X / scales
    norms = (z * z).sum(1)
    r2 = jnp.maximum(norms[:, None] + norms - 2 * z @ z.T, 0)
    K = variance * jnp.exp(-r2 / 2) + (sd**2 + args["jitter"]) * jnp.eye(n)
    numpyro.sample("y", dist.MultivariateNormal(0.0, covariance_matrix=K), obs=y)


sampler = MCMC(
    NUTS(model, target_accept_prob=args["acceptance"]),
    num_warmup=steps, num_samples=steps, num_chains=chains, chain_method="parallel", progress_bar=False,
)
result = {}
for seed, name in enumerate(("cold", "warm") if "warm" in args["want"] else ("cold",)):
    began = time.perf_counter()
    sampler.run(jax.random.PRNGKey(seed), X, y, extra_fields=("num_steps",))
    draws = jax.block_until_ready(sampler.get_samples(group_by_chain=True))
    seconds = time.perf_counter() - began
    file = f"{args['draws']}-{name}.f64"
    np.concatenate([np.asarray(v, dtype=np.float64).reshape(chains, steps, -1) for v in draws.values()], axis=2).tofile(file)
    leapfrogs = int(sampler.get_extra_fields()["num_steps"].sum())
    result[name] = {"seconds": seconds, "leapfrogs": leapfrogs, "chains": chains, "iterations": steps, "draws": file}
print(json.dumps({name: result[name] for name in args["want"]}))
