#!/usr/bin/env python3
"""Makes table_files.txt beside it: CSV files, each with what pandas reads from it.

    python Tests/Reference/table_files.py            writes table_files.txt
    python Tests/Reference/table_files.py FILE...    shows what pandas reads from files that Loam wrote

A line is a name, the file in hexadecimal, and for each column its name, kind (whole, number, boolean, words) and cells as
JSON, with tabs between. Numbers are rounded correctly; before version 3.1, pandas does so only when it is asked to.
"""
import gzip
import io
import json
import os
import sys
import numpy as np
import pandas as pd


def read(file, **options):
    version = tuple(map(int, pd.__version__.split(".")[:2]))
    return pd.read_csv(file, engine="c", **options, **({} if version >= (3, 1) else {"float_precision": "round_trip"}))


if len(sys.argv) > 1:
    for path in sys.argv[1:]:
        table = read(path, sep="\t" if ".tsv" in path else ",")
        print(path, table.shape, dict(table.dtypes.astype(str)), table.isna().sum().to_dict(), sep="\n  ")
        print(table.head(3))
    sys.exit()

lines = []


def cells(column):
    kinds = {"i": "whole", "f": "number", "b": "boolean"}
    kind = kinds.get(column.dtype.kind, "words")
    gaps = column.isna()
    # pandas has no gaps among whole numbers.
    if kind == "number" and (~gaps).any() and (column.dropna() % 1 == 0).all() and column.name not in decimals:
        kind = "whole"
    values = [None if gap else int(x) if kind == "whole" else float(x) if kind == "number" else bool(x) if kind == "boolean" else str(x) for x, gap in zip(column, gaps)]
    return [str(column.name), kind, json.dumps(values, ensure_ascii=False)]


decimals = set()


def add(name, text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    table = read(io.BytesIO(data), **options)
    for column in decimals & set(table):
        given = pd.read_csv(io.BytesIO(data), dtype=str, **options)[column].dropna()
        assert [float(x) for x in given] == list(table[column].dropna()), "pandas rounds"
    lines.append("\t".join([name, data.hex()] + [part for column in table for part in cells(table[column])]))


r = np.random.default_rng(7)
n = 60
mixed = pd.DataFrame(
    {
        "id": np.arange(n),
        "mass": np.round(r.normal(4200, 800, n)),
        "bill": np.round(r.normal(44, 5, n), 1),
        "species": r.choice(["Adelie", "Gentoo", "Chinstrap, small", 'the "big"', "Straße"], n),
        "sex": r.choice(["male", "female"], n),
        "ringed": r.choice([True, False], n),
        "tiny": r.random(n) * 10.0 ** r.integers(-300, 300, n),
        "long": r.random(n),
    }
)
decimals |= {"bill", "tiny", "long"}
mixed["mass"] = mixed["mass"].astype("Int64")
for column in ["mass", "bill", "species", "sex"]:
    mixed.loc[r.random(n) < 0.15, column] = None
for name, options in {
    "plain.csv": {},
    "windows.csv": {"lineterminator": "\r\n"},
    "semicolons.csv": {"sep": ";"},
    "tabs.tsv": {"sep": "\t"},
    "na.csv": {"na_rep": "NA"},
    "null.csv": {"na_rep": "null"},
    "pipes.csv": {"sep": "|"},
}.items():
    add(name, mixed.to_csv(index=False, **options), **({"sep": options["sep"]} if "sep" in options else {}))
add("everything-quoted.csv", mixed.to_csv(index=False, quoting=1))
add("marked.csv", b"\xef\xbb\xbf" + mixed.to_csv(index=False).encode(), encoding="utf-8-sig")

# Doubles at the limits of what can be read quickly.
bits = r.integers(0, 2**63, 400, dtype=np.int64).view(np.float64)
hard = [x for x in np.concatenate([bits, -bits]) if np.isfinite(x)] + [5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1 + 0.2, 9007199254740993.0]
digits = [f"{r.integers(1, 10**9)}.{r.integers(0, 10**9):09d}{r.integers(0, 10**int(k)):0{int(k)}d}" for k in r.integers(1, 12, 400)]
digits += [f"{r.integers(1, 10**18)}e{k}" for k in range(-40, 41)] + ["9007199254740993.0", "9007199254740992.5", "0.50000000000000011102230246251565404", "123456789.e-3", ".5"]
decimals |= {"hard", "digits"}
add("doubles.csv", "hard\n" + "\n".join(repr(float(x)) for x in hard) + "\n")
add("digits.csv", "digits\n" + "\n".join(digits) + "\n")
packed = gzip.compress(mixed.to_csv(index=False).encode(), mtime=0)
lines.append("\t".join(["packed.csv.gz", packed.hex()] + lines[0].split("\t")[2:]))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "table_files.txt"), "w") as file:
    file.write(f"pandas {pd.__version__}\n" + "\n".join(lines) + "\n")
