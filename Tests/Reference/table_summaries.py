#!/usr/bin/env python3
"""Makes table_summaries.txt beside it: what NumPy gives in float64 for the summary of a column, and for its histogram with the bins of
the Freedman-Diaconis rule.

    python Tests/Reference/table_summaries.py

A line contains the numbers; the mean, the standard deviation, the minimum, the quartiles and the maximum; the number of distinct
values and of those that are equal to the most frequent one; the counts of the bins. Tabs are between these, spaces between numbers.
"""
import os
import numpy as np

random = np.random.default_rng(15)
columns = [
    random.normal(44, 5.5, 60).round(1),
    random.lognormal(3, 1, 80),
    random.exponential(1e-9, 40),
    random.normal(-1e12, 1e3, 50),
    random.integers(0, 12, 60) / 4,
    np.concatenate([np.zeros(30), random.random(20)]),
]
lines = []
for column in columns:
    summary = [column.mean(), column.std(), *np.quantile(column, [0, 0.25, 0.5, 0.75, 1])]
    _, counts = np.unique(column, return_counts=True)
    bins, _ = np.histogram(column, "fd")
    parts = [column, summary, [len(counts), counts.max()], bins]
    lines.append("\t".join(" ".join(repr(number.item() if hasattr(number, "item") else number) for number in part) for part in parts))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "table_summaries.txt"), "w") as file:
    file.write("\n".join(lines) + "\n")
