#!/usr/bin/env python3
"""Makes tables.txt beside it: random tables, and what pandas makes of them.

    python Tests/Reference/tables.py      (needs numpy and pandas)

A line is what is done, its arguments, one table or two (- for none) and the result, with tabs between. A table is its columns with
semicolons between, a column its name, kind and cells, as in `a:whole:1,,3`; a gap is empty.
"""
import os
import numpy as np
import pandas as pd

random = np.random.default_rng(15)
lines = []


def encoded(table, kinds):
    columns = []
    for name in table.columns:
        cells = []
        for cell in table[name]:
            if pd.isna(cell):
                cells.append("")
            elif kinds[name] == "number":
                cells.append(repr(float(cell)))
            elif kinds[name] == "whole":
                cells.append(str(int(cell)))
            elif kinds[name] == "date":
                cells.append(str(cell)[:10])
            else:
                cells.append(str(cell))
        columns.append(":".join([name, kinds[name], ",".join(cells)]))
    return ";".join(columns)


def add(verb, arguments, left, right, result, kinds):
    parts = [encoded(table, kinds) if table is not None else "-" for table in (left, right, result)]
    lines.append("\t".join([verb, arguments] + parts))


KINDS = {"c": "category", "t": "text", "w": "whole", "n": "number", "d": "date", "row": "whole"}


def with_gaps(cells, share, dtype=object):
    series = pd.Series(cells, dtype=dtype)
    series[random.random(len(series)) < share] = None
    return series


def table(rows, gaps=0.15):
    """Columns of all kinds, with ties and gaps."""
    words = ["oak", "ash", "elm", "Fir", "yew"]
    return pd.DataFrame({
        "c": with_gaps(random.choice(words, rows), gaps),
        "t": with_gaps([f"name {k}" for k in random.integers(0, 6, rows)], gaps),
        "w": with_gaps(random.integers(-4, 5, rows), gaps, "Int64"),
        "n": with_gaps(np.round(random.normal(0, 3, rows), 1), gaps, "Float64"),
        "d": with_gaps(pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(-40, 40, rows), "D"), gaps, "datetime64[ns]"),
        "row": pd.Series(range(rows), dtype="Int64"),
    })


def plain(numbers):
    return pd.Series([None if pd.isna(x) else float(x) for x in numbers], dtype="Float64")


for keys in ("c", "-t", "w,-n", "-d,c", "c,-t,w", "-w,-d,-n", "n", "-n"):
    x = table(40)
    names = [key.lstrip("-") for key in keys.split(",")]
    ascending = [not key.startswith("-") for key in keys.split(",")]
    add("sort", keys, x, None, x.sort_values(names, ascending=ascending, kind="stable", na_position="last"), KINDS)

for keys in ("c", "w", "t,w", "d", "c,t"):
    x = table(60)
    names = keys.split(",")
    groups = x.groupby(names, dropna=False, sort=True)
    result = groups["row"].first().reset_index()[names]
    # pandas puts gaps last in each key, as Loam does.
    for what, numbers in (
        ("count", groups["n"].count()), ("sum", groups["n"].sum()), ("mean", groups["n"].mean()), ("std", groups["n"].std(ddof=0)),
        ("min", groups["n"].min()), ("max", groups["n"].max()), ("median", groups["n"].median()),
    ):
        result[what] = plain(numbers.to_numpy(dtype=object, na_value=None))
    kinds = KINDS | {what: "number" for what in ("count", "sum", "mean", "std", "min", "max", "median")}
    add("groups", keys, x, None, result, kinds)

for name in ("n", "w"):
    for q in (0, 0.1, 0.25, 0.5, 0.731, 0.9, 1):
        x = table(int(random.integers(3, 30)))[[name]]
        value = np.quantile(x[name].dropna().to_numpy(dtype=np.float64), q)
        add("quantile", f"{name},{q}", x, None, pd.DataFrame({"value": [value]}), KINDS | {"value": "number"})

for name in ("c", "t", "w", "d", "n"):
    x = table(50)[[name]]
    counts = x[name].value_counts(dropna=False).rename_axis(name).reset_index(name="count")
    counts = counts.sort_values(["count", name], ascending=[False, True], na_position="last", kind="stable")
    counts["share"] = counts["count"].astype(float) / len(x)
    add("counts", name, x, None, counts, KINDS | {"count": "whole", "share": "number"})
    add("unique", name, x, None, x.drop_duplicates(), KINDS)


def joined(left, right, keys, how):
    """As pandas' merge, but gaps match nothing, and rows of the right table without a match are last."""
    present = right.dropna(subset=keys)
    matched = left.merge(present, on=keys, how="inner")
    alone = right[~right["y"].isin(matched["y"])]
    if how in ("left", "full"):
        matched = left.merge(present, on=keys, how="left")
    if how in ("right", "full"):
        matched = pd.concat([matched, alone])
    return matched


for keys in ("c", "w", "t,w", "d", "c,t,w"):
    for how in ("inner", "left", "right", "full"):
        names = keys.split(",")
        left = table(25 * len(names))[names + ["row"]].rename(columns={"row": "x"})
        right = table(20 * len(names))[names + ["row"]].rename(columns={"row": "y"})
        result = joined(left, right, names, how)[names + ["x", "y"]]
        add("join", f"{how},{keys}", left, right, result, KINDS | {"x": "whole", "y": "whole"})

for rows in (5, 12):
    x = table(rows)[["row", "t"]].assign(**{name: with_gaps(np.round(random.normal(0, 1, rows), 2), 0.2, "Float64") for name in "pqr"})
    kinds = KINDS | {name: "number" for name in "pqr"} | {"name": "category", "value": "number"}
    long = x.melt(["row", "t"], list("qrp"), var_name="name", value_name="value").sort_values("row", kind="stable")
    add("longer", "q,r,p", x, None, long, kinds)
    some = long[random.random(len(long)) < 0.8]
    wide = some.pivot(index=["row", "t"], columns="name", values="value")[list(dict.fromkeys(some["name"]))]
    wide = wide.reindex(list(dict.fromkeys(zip(some["row"], some["t"])))).reset_index()
    wide.columns = [str(name) for name in wide.columns]
    add("wider", "", some, None, wide, kinds)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables.txt"), "w") as file:
    file.write("\n".join(lines) + "\n")
print(len(lines), "lines")
