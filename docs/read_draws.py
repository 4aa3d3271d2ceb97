#!/usr/bin/env python3
"""Turns a Matheron file of draws into CSV, by the standard library alone.

    python3 read_draws.py P.draws > out.csv

The output has a row for each draw: chain, draw, log_prob, energy, divergent, and a
column for each name. See formats.md for the format.
"""
import array
import csv
import hashlib
import json
import struct
import sys

MAGIC = b"\x89matheron draws\n"


def read(raw):
    """Returns the names, and a dictionary of columns and matrices for each chain."""
    if not raw.startswith(MAGIC):
        raise ValueError("not a matheron file of draws")
    if len(raw) < 40 + 32:
        raise ValueError("cut short")
    version, header, size = struct.unpack_from("<3Q", raw, 16)
    if version != 1:
        raise ValueError(f"version {version} of the format, this program reads 1")
    if len(raw) != size:
        raise ValueError(f"cut short or altered: {len(raw)} of {size} bytes")
    if hashlib.sha256(raw[:-32]).digest() != raw[-32:]:
        raise ValueError("altered: the checksum does not match")
    data = raw[40 + header : -32]

    def rows(ref):
        n, columns = ref["shape"]
        a = array.array("d")
        a.frombytes(data[ref["offset"] : ref["offset"] + 8 * n * columns])
        if sys.byteorder == "big":
            a.byteswap()
        return [a[i * columns : (i + 1) * columns] for i in range(n)]

    h = json.loads(raw[40 : 40 + header])
    fields = ("values", "x", "log_prob", "energy", "accept", "depth", "leapfrogs", "divergent")
    return h["names"], [{f: rows(c[f]) if c[f] else [] for f in fields} for c in h["chains"]]


def main(path):
    with open(path, "rb") as f:
        names, chains = read(f.read())
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["chain", "draw", "log_prob", "energy", "divergent", *names])
    for i, c in enumerate(chains):
        for j, values in enumerate(c["values"]):
            out.writerow([i, j, repr(c["log_prob"][j][0]), repr(c["energy"][j][0]), int(c["divergent"][j][0]), *map(repr, values)])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: read_draws.py P.draws > out.csv")
    try:
        main(sys.argv[1])
    except (OSError, ValueError, KeyError) as err:
        sys.exit(f"read_draws.py: {err}")
