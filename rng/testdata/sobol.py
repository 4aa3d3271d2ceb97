"""Writes sobol.json: unscrambled Sobol points, made with SciPy 1.17.1:

    python3 sobol.py > sobol.json
"""
import json

from scipy.stats import qmc

DIMENSIONS = [1, 2, 3, 4, 5, 10, 37, 100, 999, 1000, 1111, 4096, 10000, 16384, 21200, 21201]
INDICES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 100, 255, 256, 1000, 4095]

points = qmc.Sobol(max(DIMENSIONS), scramble=False, bits=52).random(4096)
print(json.dumps({
    "dimensions": DIMENSIONS,
    "indices": INDICES,
    "points": [[points[i, d - 1] for d in DIMENSIONS] for i in INDICES],
}))
