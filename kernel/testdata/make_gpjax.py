"""Makes gpjax_KERNEL.json beside this file: values by GPJax, gradients of them by JAX's automatic differentiation.

python make_gpjax.py KERNEL     needs: pip install gpjax
"""
import json
import pathlib
import sys

import gpjax
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
kernels = gpjax.kernels


def values(make, theta, X, Y):
    return jax.vmap(lambda x: jax.vmap(lambda y: make(theta)(x, y))(Y))(X)


def powered_exponential(d, ard):
    n = d if ard else 1
    make = lambda t: kernels.PoweredExponential(variance=t[0], lengthscale=t[1 : 1 + n] if ard else t[1], power=t[1 + n], n_dims=d)
    return "powered_exponential" + ("(ard)" if ard else ""), make, lambda r: np.r_[np.exp(r.normal(-0.3, 0.5, 1 + n)), r.uniform(0.3, 1.9)]


def arc_cosine(order):
    def case(d, ard):
        n = d if ard else 1
        make = lambda t: kernels.ArcCosine(order=order, variance=t[0], weight_variance=t[1 : 1 + n] if ard else t[1], bias_variance=t[1 + n], n_dims=d)
        return "arc_cosine(" + ("ard, " if ard else "") + f"order={order})", make, lambda r: np.exp(r.normal(-0.3, 0.5, 2 + n))

    return case


FAMILIES = dict(powered_exponential=[powered_exponential], arc_cosine=[arc_cosine(n) for n in (0, 1, 2)])

name = sys.argv[1]
r = np.random.default_rng(0)
cases = []
for family in FAMILIES[name]:
    for d, ard in ((1, False), (3, False), (3, True)):
        text, make, draw = family(d, ard)
        X, Y, theta, W = r.uniform(-1, 1, (5, d)), r.uniform(-1, 1, (4, d)), draw(r), r.normal(size=(5, 4))
        total = lambda t, X: jnp.sum(W * values(make, jnp.exp(t), X, Y))
        grad, grad_x = jax.grad(total, (0, 1))(jnp.log(theta), X)
        cases.append(dict(text=text, D=d, params=theta, X=X, Y=Y, K=values(make, jnp.asarray(theta), X, Y), weights=W, grad_log_params=grad, grad_X=grad_x))
about = "K = k(X,Y); grad_* are gradients of sum(weights*K)"
made = dict(gpjax=gpjax.__version__, jax=jax.__version__, numpy=np.__version__)
text = json.dumps(dict(made_with=made, seed=0, about=about, cases=cases), default=lambda o: np.asarray(o).tolist(), separators=(",", ":"))
(pathlib.Path(__file__).parent / f"gpjax_{name}.json").write_text(text + "\n")
