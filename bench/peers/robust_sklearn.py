"""scikit-learn on the sets of --robust: a GP with an ARD kernel and noise, by maximum evidence from several starts.

Argument, JSON: {"dir": folder, "sets": [{"name", "file", "kernel"}], "restarts": n}. FILE_train.csv and, where there is one,
FILE_test.csv have a header and the target in their last column. Inputs and target are standardised on the training
rows; the bounds are 1e-5 to 1e5 in those units. Prints {name: {mean, variance (of an observation, a test row),
noise_variance, evidence (log, of the standardised targets), seconds}}; all but the evidence in the units of the file.
A fit that fails is {name: {error}}. One thread. Says on standard error what it is at.
"""
import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, WhiteKernel

warnings.filterwarnings("ignore")  # a bound met, a climb that ended early: the table shows the result
args = json.loads(sys.argv[1])
BOUNDS = (1e-5, 1e5)


def load(path):
    return np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2, encoding="utf-8")


def fit(file, kernel):
    train = load(Path(args["dir"]) / f"{file}_train.csv")
    mean, sd = train.mean(0), train.std(0)
    sd[sd == 0] = 1
    z = (train - mean) / sd
    scales = np.ones(z.shape[1] - 1)
    if kernel == "matern32":
        shape = Matern(scales, BOUNDS, nu=1.5)
    else:
        shape = RBF(scales, BOUNDS)
    model = GaussianProcessRegressor(
        ConstantKernel(1.0, BOUNDS) * shape + WhiteKernel(0.1, BOUNDS),
        normalize_y=True, n_restarts_optimizer=args["restarts"], random_state=0,
    )
    began = time.perf_counter()
    model.fit(z[:, :-1], z[:, -1])
    out = {
        "seconds": time.perf_counter() - began,
        "noise_variance": float(model.kernel_.k2.noise_level * sd[-1] ** 2),
        "evidence": float(model.log_marginal_likelihood_value_),
    }
    path = Path(args["dir"]) / f"{file}_test.csv"
    if path.exists():
        x = (load(path)[:, :-1] - mean[:-1]) / sd[:-1]
        m, s = model.predict(x, return_std=True)  # s includes the white noise
        out["mean"] = (m * sd[-1] + mean[-1]).tolist()
        out["variance"] = ((s * sd[-1]) ** 2).tolist()
    return out


results = {}
for s in args["sets"]:
    try:
        results[s["name"]] = fit(s["file"], s["kernel"])
    except Exception as e:  # of one table: the others count
        results[s["name"]] = {"error": f"{type(e).__name__}: {e}"}
    r = results[s["name"]]
    print(f"scikit-learn: {s['name']}: {r['error'] if 'error' in r else format(r['seconds'], '.1f') + ' s'}", file=sys.stderr, flush=True)
print(json.dumps(results))
