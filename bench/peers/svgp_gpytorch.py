"""Stochastic variational regression by GPyTorch, in float64: whitened guide of full rank, inducing inputs that move, Adam.

Argument, JSON: {"file", "n", "d", "inducing", "batch", "lengthscale", "noise", "rate", "runs"}; file holds n rows of d inputs and a
target as raw float64. Prints {"step": ms}, the mean over the steps of an epoch in the best of them.
"""
import json
import sys
import time
import warnings

import gpytorch
import numpy as np
import torch

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
args = json.loads(sys.argv[1])
n, d, m, batch = args["n"], args["d"], args["inducing"], args["batch"]
table = torch.from_numpy(np.fromfile(args["file"]).reshape(n, d + 1))
X, y = table[:, :d].contiguous(), table[:, d].contiguous()


class Sparse(gpytorch.models.ApproximateGP):
    def __init__(self):
        guide = gpytorch.variational.CholeskyVariationalDistribution(m)
        super().__init__(gpytorch.variational.VariationalStrategy(self, X[:m].clone(), guide, learn_inducing_locations=True))
        self.mean_module = gpytorch.means.ZeroMean()
        self.covar_module = gpytorch.kernels.ScaleKernel(gpytorch.kernels.RBFKernel(ard_num_dims=d))

    def forward(self, x):
        return gpytorch.distributions.MultivariateNormal(self.mean_module(x), self.covar_module(x))


model, likelihood = Sparse(), gpytorch.likelihoods.GaussianLikelihood()
model.covar_module.outputscale = 1.0
model.covar_module.base_kernel.lengthscale = args["lengthscale"]
likelihood.noise = args["noise"]
bound = gpytorch.mlls.VariationalELBO(likelihood, model, num_data=n)
adam = torch.optim.Adam([*model.parameters(), *likelihood.parameters()], lr=args["rate"])
model.train(), likelihood.train()


def epoch():
    order, steps = torch.randperm(n), 0
    began = time.perf_counter()
    for i in range(0, n - batch + 1, batch):
        pick = order[i : i + batch]
        adam.zero_grad()
        loss = -bound(model(X[pick]), y[pick])
        loss.backward()
        adam.step()
        steps += 1
    return (time.perf_counter() - began) / steps


epoch()  # warms up
print(json.dumps({"step": min(epoch() for _ in range(args["runs"])) * 1e3}))
