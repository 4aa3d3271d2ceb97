"""scikit-learn on the UCI regression sets: a GP with an ARD Matern-3/2 kernel and noise, by maximum evidence.

Argument, JSON: {"dir": folder, "sets": [names], "restarts": n}. Column 0 of the mask marks the test rows; inputs and
target are standardised on the training rows; RMSE and NLPD are in the units of the file, over the test rows.
Prints {set: {rmse, nlpd, evidence_per_row (standardised target), seconds}}.
"""
import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

warnings.filterwarnings("ignore", category=ConvergenceWarning)  # a bound met: the table shows the result
args = json.loads(sys.argv[1])


def load(name):
    folder = Path(args["dir"])
    table = np.loadtxt(folder / f"{name}.data.csv.gz", delimiter=",")
    test = np.loadtxt(folder / f"{name}.test_mask.csv.gz", delimiter=",")[:, 0] == 1
    return table[~test], table[test]


def score(train, test):
    mean, sd = train.mean(0), train.std(0)
    sd[sd == 0] = 1
    z = (train - mean) / sd
    inputs = z.shape[1] - 1
    kernel = ConstantKernel(1.0) * Matern(np.ones(inputs), nu=1.5) + WhiteKernel(0.1)
    began = time.perf_counter()
    fit = GaussianProcessRegressor(kernel, n_restarts_optimizer=args["restarts"], random_state=0).fit(z[:, :-1], z[:, -1])
    seconds = time.perf_counter() - began
    m, s = fit.predict((test[:, :-1] - mean[:-1]) / sd[:-1], return_std=True)  # s includes the white noise
    m, s = m * sd[-1] + mean[-1], s * sd[-1]
    error = test[:, -1] - m
    return {
        "rmse": float(np.sqrt(np.mean(error**2))),
        "nlpd": float(np.mean(0.5 * np.log(2 * np.pi * s**2) + error**2 / (2 * s**2))),
        "evidence_per_row": float(fit.log_marginal_likelihood_value_ / len(z)),
        "seconds": seconds,
    }


print(json.dumps({name: score(*load(name)) for name in args["sets"]}))
