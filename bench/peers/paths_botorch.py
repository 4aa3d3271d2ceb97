"""Posterior functions by BoTorch's draw_matheron_paths, in float64; the argument and the results are those of paths_numpy.py."""
import json
import sys
import time
import warnings

import numpy as np
import torch
from botorch.models import SingleTaskGP
from botorch.sampling.pathwise import draw_kernel_feature_paths, draw_matheron_paths
from gpytorch.kernels import RBFKernel, ScaleKernel
from gpytorch.means import ZeroMean

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)
torch.manual_seed(1)
args = json.loads(sys.argv[1])
d, s, points = args["d"], args["paths"], args["points"]
table = torch.from_numpy(np.fromfile(args["file"]).reshape(args["n"], d + 1))
X, y = table[:, :d].contiguous(), table[:, d:].contiguous()

model = SingleTaskGP(
    X, y, train_Yvar=torch.full_like(y, args["noise"]), covar_module=ScaleKernel(RBFKernel(ard_num_dims=d)),
    mean_module=ZeroMean(), outcome_transform=None,
)
model.covar_module.outputscale = 1.0
model.covar_module.base_kernel.lengthscale = args["lengthscale"]
model.eval()


def prior(model, sample_shape):
    return draw_kernel_feature_paths(model, sample_shape=sample_shape, num_features=args["features"])


@torch.no_grad()
def draw():
    return draw_matheron_paths(model, torch.Size([s]), prior_sampler=prior)


def gradients(path, xs):
    xs = xs.clone().requires_grad_(True)
    return torch.autograd.grad(path(xs).sum(), xs)[0]


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
    x = torch.rand(points, d)
    with torch.no_grad():
        result["eval"] = best(lambda: path(x)) / s / points * 1e9
if "grad" in args["want"]:
    xs = torch.rand(s, points, d)
    result["grad"] = best(lambda: gradients(path, xs)) / s / points * 1e9
print(json.dumps(result))
