"""BoTorch on the sets of --robust: SingleTaskGP with its default priors, by fit_gpytorch_mll.

The argument and the result are those of robust_sklearn.py, but for the kernel, which is BoTorch's default (an ARD RBF without
a factor), and the evidence, which is left out. Inputs are normalised to the unit cube and the target standardised by
BoTorch's transforms. Float64, one thread.
"""
import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import json
import sys
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import numpy as np
import torch
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from botorch.models.transforms import Normalize, Standardize
from gpytorch.mlls import ExactMarginalLogLikelihood

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
args = json.loads(sys.argv[1])


def load(path):
    return torch.from_numpy(np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2, encoding="utf-8"))


def fit(file):
    torch.manual_seed(0)
    train = load(Path(args["dir"]) / f"{file}_train.csv")
    x, y = train[:, :-1], train[:, -1:]
    began = time.perf_counter()
    model = SingleTaskGP(x, y, outcome_transform=Standardize(m=1), input_transform=Normalize(d=x.shape[1]))
    fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
    out = {
        "seconds": time.perf_counter() - began,
        "noise_variance": float(model.likelihood.noise.detach() * y.var()),
    }
    path = Path(args["dir"]) / f"{file}_test.csv"
    if path.exists():
        with torch.no_grad():
            p = model.posterior(load(path)[:, :-1], observation_noise=True)
            out["mean"] = p.mean.squeeze(-1).tolist()
            out["variance"] = p.variance.squeeze(-1).tolist()
    return out


results = {}
for s in args["sets"]:
    try:
        results[s["name"]] = fit(s["file"])
    except Exception as e:  # of one table: the others count
        results[s["name"]] = {"error": f"{type(e).__name__}: {e}"}
    r = results[s["name"]]
    print(f"BoTorch: {s['name']}: {r['error'] if 'error' in r else format(r['seconds'], '.1f') + ' s'}", file=sys.stderr, flush=True)
print(json.dumps(results))
