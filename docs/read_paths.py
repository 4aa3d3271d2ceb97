#!/usr/bin/env python3
"""Evaluates the functions of a Matheron file of paths, by the standard library alone.

    python3 read_paths.py P.paths data.csv > out.csv

The columns of data.csv are matched by name; others are ignored. The output has a
column path_0, path_1, ... for each function and a row for each row of the data.
See formats.md for the format and the formulas.
"""
import array
import csv
import hashlib
import json
import math
import struct
import sys

MAGIC = b"\x89matheron paths\n"


class File:
    """A file of paths: parts, of one posterior each, one after the other."""

    def __init__(self, raw):
        if not raw.startswith(MAGIC):
            raise ValueError("not a matheron file of paths")
        if len(raw) < 40 + 32:
            raise ValueError("cut short")
        version, header, size = struct.unpack_from("<3Q", raw, 16)
        if version not in (1, 2):
            raise ValueError(f"version {version} of the format, this program reads 1 and 2")
        if len(raw) != size:
            raise ValueError(f"cut short or altered: {len(raw)} of {size} bytes")
        if hashlib.sha256(raw[:-32]).digest() != raw[-32:]:
            raise ValueError("altered: the checksum does not match")
        h = json.loads(raw[40 : 40 + header])
        self.inputs = h["inputs"]
        self.scale = h["standardize"]
        self.count = h["paths"]
        self.parts = []
        x = None
        for part in h["parts"] if version == 2 else [h]:
            self.parts.append(Paths(part, raw[40 + header : -32], x))
            x = self.parts[-1].x

    def at(self, row):
        """Returns the value of each path at a row of numbers in the data's units."""
        if self.scale:
            row = [(v - self.scale["inputs"][name][0]) / self.scale["inputs"][name][1] for name, v in zip(self.inputs, row)]
        out = [v for p in self.parts for v in p.at(row)]
        if self.scale:
            out = [v * self.scale["target"][1] + self.scale["target"][0] for v in out]
        return out


class Paths:
    """The paths of one posterior; without x of their own they have the given one."""

    def __init__(self, h, data, x):
        self.h = h
        self.data = data
        self.x = self.matrix(h["x"]) if h["x"] else x
        self.update = self.columns(h["update"])
        self.weights = self.columns(h["weights"]) if h["weights"] else [[]] * h["paths"]
        self.load(h["features"])

    def load(self, nodes):
        """Replaces the references of features by their arrays."""
        for n in nodes:
            for name in ("omega", "exponents"):
                if name in n:
                    n[name] = self.matrix(n[name])
            for name in ("phase", "weight", "coefficients", "bias"):
                if name in n:
                    n[name] = self.columns(n[name])[0]
            self.load(n.get("parts") or ([n["part"]] if "part" in n else []))

    def numbers(self, ref):
        rows, columns = ref["shape"]
        a = array.array("d")
        a.frombytes(self.data[ref["offset"] : ref["offset"] + 8 * rows * columns])
        if sys.byteorder == "big":
            a.byteswap()
        return a, rows, columns

    def matrix(self, ref):
        a, rows, columns = self.numbers(ref)
        return [a[i * columns : (i + 1) * columns] for i in range(rows)]

    def columns(self, ref):
        a, _, columns = self.numbers(ref)
        return [a[j::columns] for j in range(columns)]

    def at(self, row):
        """Returns the value of each path at a row of numbers in the units of the model."""
        k = covariance(self.h["kernel"], row, self.x)
        m = mean(self.h["mean"], row)
        phi = [features(n, row) for n in self.h["features"]]
        out = []
        for s in range(self.h["paths"]):
            p = phi[s] if self.h["basis_per_path"] else phi[0]
            out.append(m + dot(p, self.weights[s]) + dot(k, self.update[s]))
        return out


def dot(a, b):
    return math.fsum(u * v for u, v in zip(a, b))


def mean(n, x):
    if n["type"] == "Zero":
        return 0.0
    if n["type"] == "Constant":
        return n["value"]
    return n["intercept"] + dot(n["slopes"], x)


def features(n, x):
    """Returns the list of features phi(x)."""
    t = n["type"]
    if t == "Fourier":
        angles = [dot(o, x) for o in n["omega"]]
        if n["form"] == "sincos":
            c = math.sqrt(n["variance"] / len(angles))
            return [c * math.sin(a) for a in angles] + [c * math.cos(a) for a in angles]
        c = math.sqrt(2 * n["variance"] / len(angles))
        return [c * math.cos(a + b) for a, b in zip(angles, n["phase"])]
    if t == "Harmonics":
        terms = [(math.sqrt(c), dot(o, x), any(o)) for o, c in zip(n["omega"], n["weight"])]
        return [c * math.sin(a) for c, a, moving in terms if moving] + [c * math.cos(a) for c, a, _ in terms]
    if t == "Monomials":
        return [a * math.prod(v ** int(p) for v, p in zip(x, e)) for e, a in zip(n["exponents"], n["coefficients"])]
    if t == "Rectified":
        c = math.sqrt(2 * n["variance"] / len(n["bias"]))
        sums = [dot(o, x) + b for o, b in zip(n["omega"], n["bias"])]
        return [c * s ** n["order"] if s > 0 else 0.0 for s in sums]
    if t == "Scaled":
        return [n["factor"] * v for v in features(n["part"], x)]
    if t == "Active":
        return features(n["part"], [x[c] for c in n["columns"]])
    if t == "Kronecker":
        a, b = (features(p, x) for p in n["parts"])
        return [u * v for u in a for v in b]
    if t == "Paired":
        a, b = (features(p, x) for p in n["parts"])
        return [math.sqrt(len(b)) * v * b[i % len(b)] for i, v in enumerate(a)]
    if t == "Stack":
        return [v for p in n.get("parts", []) for v in features(p, x)]
    raise ValueError(f"unknown features {t}")


def covariance(n, x, ys):
    """Returns k(x, y) for each y of ys."""
    t = n["type"]
    if t == "Sum":
        return [math.fsum(v) for v in zip(*(covariance(p, x, ys) for p in n["terms"]))]
    if t == "Product":
        return [math.prod(v) for v in zip(*(covariance(p, x, ys) for p in n["factors"]))]
    if t == "Scaled":
        return [n["factor"] * v for v in covariance(n["kernel"], x, ys)]
    if t == "Held":
        return covariance(n["kernel"], x, ys)
    if t == "Active":
        pick = lambda v: [v[c] for c in n["columns"]]
        return covariance(n["kernel"], pick(x), [pick(y) for y in ys])
    return [leaf(t, n, x, y) for y in ys]


def leaf(t, n, x, y):
    each = lambda v: v if isinstance(v, list) else [v] * len(x)
    v = n["variance"]
    if t == "Constant":
        return v
    if t == "White":
        return 0.0
    if t == "Linear":
        return n["bias"] + math.fsum(c * a * b for c, a, b in zip(v, x, y))
    if t == "Polynomial":
        return v * (dot(x, y) + n["bias"]) ** n["degree"]
    if t == "Cosine":
        return v * math.prod(math.cos(2 * math.pi * (a - b) / p) for a, b, p in zip(x, y, each(n["period"])))
    if t == "ArcCosine":
        return arc_cosine(v, each(n["weight_variance"]), n["bias_variance"], n["order"], x, y)
    l = each(n["lengthscale"])
    if t == "Periodic":
        s = (math.sin(math.pi * (a - b) / p) / c for a, b, p, c in zip(x, y, each(n["period"]), l))
        return v * math.exp(-2 * math.fsum(u * u for u in s))
    r2 = math.fsum(((a - b) / c) ** 2 for a, b, c in zip(x, y, l))
    if t == "RBF":
        return v * math.exp(-r2 / 2)
    if t == "RationalQuadratic":
        return v * (1 + r2 / (2 * n["alpha"])) ** -n["alpha"]
    if t == "PoweredExponential":
        return v * math.exp(-(r2 ** (n["power"] / 2)))
    r = math.sqrt({"Matern12": 1, "Matern32": 3, "Matern52": 5}[t] * r2)
    return v * {"Matern12": 1, "Matern32": 1 + r, "Matern52": 1 + r + r * r / 3}[t] * math.exp(-r)


def arc_cosine(v, weights, bias, order, x, y):
    u2, v2 = (bias + math.fsum(w * a * a for w, a in zip(weights, p)) for p in (x, y))
    size = math.sqrt(u2 * v2)
    # The distance of the directions, without cancellation where the angle is small.
    directions = zip([*(math.sqrt(w) * a for w, a in zip(weights, x)), math.sqrt(bias)], [*(math.sqrt(w) * a for w, a in zip(weights, y)), math.sqrt(bias)])
    q = math.fsum((a / math.sqrt(u2) - b / math.sqrt(v2)) ** 2 for a, b in directions)
    t = 2 * math.asin(min(1.0, math.sqrt(q) / 2))
    s, c, rest = math.sin(t), math.cos(t), math.pi - t
    j = {0: rest, 1: s + rest * c, 2: 3 * s * c + rest * (1 + 2 * c * c)}[order]
    return v / math.pi * size**order * j


def main(paths, table):
    sys.setrecursionlimit(20000)
    with open(paths, "rb") as f:
        p = File(f.read())
    with open(table, newline="", encoding="utf-8-sig") as f:
        rows = csv.reader(f)
        names = [name.strip() for name in next(rows, [])]
        for name in p.inputs:
            if name not in names:
                raise ValueError(f"{table}: no column {name!r}")
        where = [names.index(name) for name in p.inputs]
        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerow(f"path_{s}" for s in range(p.count))
        for row in rows:
            if row:
                out.writerow(repr(v) for v in p.at([float(row[c]) for c in where]))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: read_paths.py P.paths data.csv > out.csv")
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError, KeyError) as err:
        sys.exit(f"read_paths.py: {err}")
