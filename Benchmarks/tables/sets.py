"""The six tables of the benchmark, each split into a training and a test part, and written as CSV."""

import numpy as np
import pandas as pd
from sklearn import datasets

import adult_like

# The column to be predicted; diabetes has a number there, the others a category.
targets = {
    "penguins": "species", "iris": "species", "cancer": "diagnosis", "wine": "cultivar", "diabetes": "progression", "adult": "income"}


def table(name, rows=30_000):
    """A data frame in which words are categories and all else are numbers."""
    if name == "penguins":
        from palmerpenguins import load_penguins

        frame = load_penguins()
        frame["year"] = frame["year"].astype(str)
    elif name == "adult":
        frame = pd.DataFrame(adult_like.make(rows)[0])
        for column in ("age", "weight", "education_years", "capital_gain", "capital_loss", "hours"):
            frame[column] = frame[column].astype(float)
    else:
        load = {"iris": datasets.load_iris, "cancer": datasets.load_breast_cancer, "wine": datasets.load_wine, "diabetes": datasets.load_diabetes}
        bunch = load[name]()
        frame = pd.DataFrame(bunch.data, columns=[words.replace(" (cm)", "").replace(" ", "_").replace("/", "_") for words in bunch.feature_names])
        if name == "diabetes":
            frame["sex"] = np.where(frame["sex"] > 0, "a", "b")
            frame[targets[name]] = bunch.target
        else:
            words = bunch.target_names if name != "wine" else np.array(["first", "second", "third"])
            frame[targets[name]] = words[bunch.target]
    for column in frame:
        if not pd.api.types.is_numeric_dtype(frame[column]):
            frame[column] = frame[column].astype(object).where(frame[column].notna(), None)
        else:
            frame[column] = frame[column].astype(float)
    return frame


def is_number(frame, column):
    return pd.api.types.is_numeric_dtype(frame[column])


def split(frame, target, seed, share=0.8):
    """Training and test rows, with the same shares of classes in both."""
    rng = np.random.default_rng(seed)
    groups = frame.groupby(target, sort=True).indices.values() if not is_number(frame, target) else [np.arange(len(frame))]
    train = np.zeros(len(frame), bool)
    for places in groups:
        train[rng.permutation(places)[: round(share * len(places))]] = True
    return frame[train].reset_index(drop=True), frame[~train].reset_index(drop=True)


def with_holes(frame, seed, share=0.1):
    """A copy in which a share of the cells that are there is missing, and where."""
    rng = np.random.default_rng(seed)
    hidden = (rng.random(frame.shape) < share) & frame.notna().to_numpy()
    # A row without any cell says nothing about the others.
    hidden[hidden.all(1), 0] = False
    return frame.mask(hidden), hidden


def write(frame, path):
    """Whole numbers without a point, gaps empty."""
    out = frame.copy()
    for column in out:
        if is_number(out, column):
            numbers = out[column].dropna()
            if (numbers == numbers.round()).all():
                out[column] = out[column].astype("Int64")
    out.to_csv(path, index=False)


def read(path, like):
    """A written or generated table, with the kinds of another."""
    kinds = {column: float if is_number(like, column) else str for column in like}
    frame = pd.read_csv(path, dtype={column: kind for column, kind in kinds.items() if kind is str}, float_precision="round_trip")
    if list(frame.columns) != list(like.columns):
        raise ValueError(f"expected the columns {list(like.columns)}, got {list(frame.columns)}")
    for column, kind in kinds.items():
        frame[column] = frame[column].astype(float) if kind is float else frame[column].astype(object).where(frame[column].notna(), None)
    return frame
