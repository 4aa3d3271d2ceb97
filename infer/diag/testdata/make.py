"""Makes arviz.json beside this file: diagnostics of fixed draws by ArviZ.

python make.py      needs: pip install arviz==0.23.4 numpy scipy pandas
Draws are chains x draws; numbers that are not finite are strings.
"""
import json, math, pathlib, warnings
import arviz as az, numpy as np, scipy, pandas as pd
from arviz.stats.diagnostics import _multichain_statistics, _rhat_split, _rhat_z_scale, _rhat_folded, _rhat_rank
warnings.simplefilter("ignore")
r = np.random.default_rng(7)

def ar(chains, draws, phi, shift=0.0, scale=1.0):
    x = np.empty((chains, draws))
    for c in range(chains):
        v = r.normal()
        for i in range(draws):
            v = phi * v + math.sqrt(1 - phi * phi) * r.normal()
            x[c, i] = v
    return shift + scale * x

cases = {
    "independent": ar(4, 100, 0),
    "sticky": ar(4, 150, 0.9),
    "antithetic": ar(4, 100, -0.6),
    "shifted": ar(4, 60, 0.3) + np.array([[0], [0], [0], [2]]),
    "spread": ar(4, 60, 0.3) * np.array([[1], [1], [1], [4]]),
    "cauchy": r.standard_cauchy((4, 60)),
    "odd": ar(3, 51, 0.5),
    "one chain": ar(1, 80, 0.7),
    "one odd chain": ar(1, 81, 0.7),
    "ties": r.integers(0, 4, (4, 50)).astype(float),
    "rare": (np.arange(80).reshape(2, 40) % 37 == 11).astype(float),
    "signs": np.where(r.uniform(size=(2, 40)) < 0.5, 1.0, -1.0),
    "constant": np.full((2, 20), 3.5),
    "constants": np.repeat([[1.0], [2.0], [4.0]], 20, axis=1),
    "one stuck": np.vstack([ar(2, 40, 0.2), np.full((1, 40), 0.25)]),
    "trend": np.linspace(0, 1, 64).reshape(1, 64) + 0.01 * ar(4, 64, 0),
    "alternating": np.tile([1.0, -1.0], (2, 20)) + 0.1 * ar(2, 40, 0),
    "offset": 1e6 + ar(2, 50, 0.5),
    "small": 1e-6 * ar(2, 50, 0.5),
    "nan": np.where(np.arange(40).reshape(2, 20) == 7, np.nan, ar(2, 20, 0)),
    "three draws": ar(2, 3, 0),
    "four draws": ar(2, 4, 0),
    "five draws": ar(2, 5, 0),
    "eight draws": ar(3, 8, 0.2),
    "nine draws": ar(3, 9, 0.8),
    "fifty chains": ar(50, 10, 0.5),
}

def num(v):
    v = np.asarray(v, dtype=float)
    if v.ndim:
        return [num(u) for u in v]
    return float(v) if np.isfinite(v) else str(float(v))

def of(x):
    ess = lambda m, **k: num(az.ess(x, method=m, **k))
    mcse = lambda m, **k: num(az.mcse(x, method=m, **k))
    names = ["mcse_mean", "mcse_sd", "ess_bulk", "ess_tail", "r_hat"]
    out = {"draws": num(x)}
    out["summary"] = dict(zip(names, num(_multichain_statistics(x))))
    out["rhat_rank"] = num(_rhat_rank(x)); out["rhat_bulk"] = num(_rhat_z_scale(x)); out["rhat_split"] = num(_rhat_split(x))
    out["ess"] = {"bulk": ess("bulk"), "tail": ess("tail"), "mean": ess("mean"), "sd": ess("sd"),
                  "q10": ess("quantile", prob=0.1), "q50": ess("quantile", prob=0.5)}
    out["mcse"] = {"mean": mcse("mean"), "sd": mcse("sd")}
    try:
        out["mcse"] |= {"q10": mcse("quantile", prob=0.1), "q50": mcse("quantile", prob=0.5)}
    except ValueError:  # ArviZ stumbles over the NaN of its own ESS
        out["mcse"] |= {"q10": "nan", "q50": "nan"}
    clean = not np.isnan(x).any()
    out["hdi"] = {"94": num(az.hdi(x.ravel(), hdi_prob=0.94)) if clean else ["nan", "nan"],
                  "50": num(az.hdi(x.ravel(), hdi_prob=0.5)) if clean else ["nan", "nan"]}
    out["autocorr"] = num(az.autocorr(x[0]))
    out["bfmi"] = num(az.bfmi(x))
    out["mean"], out["sd"] = num(x.mean()), num(x.std(ddof=1))
    return out

table = {"mu": ar(4, 100, 0.5, 4.4, 3.3), "tau": np.exp(ar(4, 100, 0.8)), "theta[0]": ar(4, 100, 0, 1234, 20), "fixed": np.full((4, 100), 2.0)}
doc = {
    "made_with": {"arviz": az.__version__, "numpy": np.__version__, "scipy": scipy.__version__, "pandas": pd.__version__},
    "cases": {k: of(v) for k, v in cases.items()},
    "table": {"draws": [{"name": k, "draws": num(v)} for k, v in table.items()], "text": az.summary({k.replace("[0]", ""): v[..., None] if "[" in k else v for k, v in table.items()}).to_string()},
}
(pathlib.Path(__file__).parent / "arviz.json").write_text(json.dumps(doc, separators=(",", ":")) + "\n")
