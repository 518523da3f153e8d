#!/usr/bin/env python3
"""Makes judging.txt beside it: measures of synthetic rows by SDMetrics, SciPy and scikit-learn, and how well scikit-learn's boosted
trees predict, on tables that Tests/TablesTests/JudgingTables.swift makes by the same formulas. Each line is a name and a number.

    python Tests/Reference/judging.py
"""
import itertools
import os
import numpy as np
import pandas as pd
from sdmetrics.column_pairs import ContingencySimilarity, CorrelationSimilarity
from sdmetrics.single_column import KSComplement, TVComplement, MissingValueSimilarity
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score
from scipy.stats import binomtest

lines = []


def note(name, value):
    lines.append(f"{name}\t{float(value)!r}")
    print(lines[-1])


def unit(seed, row, place):
    """A number in [0, 1) by SplitMix64."""
    mask = (1 << 64) - 1
    z = (seed * 1_000_003 + row * 101 + place) * 0x9E3779B97F4A7C15 & mask
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
    z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
    return ((z ^ z >> 31) >> 11) * 2.0 ** -53


def units(seed, count, places):
    return np.array([[unit(seed, row, place) for place in range(places)] for row in range(count)]).T


def mixed(seed, count, shift):
    u = units(seed, count, 8)
    a = 10 * u[0] + shift
    b = np.where(u[2] < 0.1 + shift / 10, np.nan, 0.5 * a + 3 * u[1])
    c = np.floor(20 * u[3] * u[4])
    d = pd.Series(np.floor(4 * u[5] * u[5])).map(lambda level: f"k{int(level)}")
    d[u[6] < 0.05] = None
    e = pd.Series(u[7] < (a - shift) / 10).map(lambda value: "true" if value else "false")
    return pd.DataFrame({"a": a, "b": b, "c": c, "d": d, "e": e})


real, synthetic, test = mixed(1, 400, 0), mixed(2, 300, 0.5), mixed(3, 200, 0)
names, numbers = list(real), ["a", "b", "c"]
shapes = []
for name in names:
    measure = KSComplement if name in numbers else TVComplement
    shapes.append(measure.compute(real[name], synthetic[name]))
    note(f"shape {name}", shapes[-1])
    note(f"gaps {name}", MissingValueSimilarity.compute(real[name], synthetic[name]))
note("mean shape", np.mean(shapes))
trends = []
for pair in itertools.combinations(names, 2):
    r, s, continuous = real[list(pair)].copy(), synthetic[list(pair)].copy(), [name for name in pair if name in numbers]
    if len(continuous) == 2:
        trends.append(CorrelationSimilarity.compute(r, s))
    else:
        trends.append(ContingencySimilarity.compute(r, s, continuous_column_names=continuous or None))
    note(f"trend {pair[0]} {pair[1]}", trends[-1])
note("mean trend", np.mean(trends))


def gower(x, y):
    total = np.zeros((len(x), len(y)))
    for name in names:
        p, q = x[name].to_numpy()[:, None], y[name].to_numpy()[None, :]
        missing = pd.isna(p).astype(int) + pd.isna(q)
        if name in numbers:
            difference = np.minimum(abs(p - q) / (real[name].max() - real[name].min()), 1)
        else:
            difference = (p != q).astype(float)
        total += np.where(missing == 2, 0, np.where(missing == 1, 1, difference))
    return total / len(names)


near_real, near_test = gower(synthetic, real).min(axis=1), gower(synthetic, test).min(axis=1)
share = np.mean(near_real < near_test)
note("nearer", share / (share + (1 - share) * len(real) / len(test)))
note("distance to test", np.median(near_test))
attack = np.concatenate([gower(real, synthetic).min(axis=1), gower(test, synthetic).min(axis=1)])
note("membership", roc_auc_score(np.arange(600) < 400, -attack))
note("AUC", roc_auc_score(real.e == "true", real.c))
interval = binomtest(37, 40).proportion_ci(method="wilson")
note("wilson low", interval.low)
note("wilson high", interval.high)


def learnable(seed, count):
    u = units(seed, count, 10)
    level = np.floor(12 * u[5])
    gap = u[6] < 0.15
    y = 2 * u[0] + 3 * u[1] * u[2] + np.where(gap, 1, u[4]) + 1.5 * (level * 7 % 12) / 12 + 0.6 * (u[7] + u[8] + u[9] - 1.5)
    features = pd.DataFrame({f"x{place}": u[place] for place in range(4)})
    features["x4"] = np.where(gap, np.nan, u[4])
    features["level"] = pd.Categorical(level.astype(int), categories=range(12))
    return features, y


(x, y), (x_test, y_test) = learnable(4, 1200), learnable(5, 1200)
note("R2", r2_score(y_test, HistGradientBoostingRegressor(categorical_features="from_dtype", random_state=0).fit(x, y).predict(x_test)))
for name, edges in [("two classes", [3]), ("three classes", [2.5, 3.5])]:
    classes, classes_test = np.digitize(y, edges), np.digitize(y_test, edges)
    model = HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=0).fit(x, classes)
    note(f"accuracy of {name}", accuracy_score(classes_test, model.predict(x_test)))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "judging.txt"), "w") as file:
    file.write("\n".join(lines) + "\n")
