"""Other generators of rows, and scikit-learn's imputers. What they cost and made is kept in a folder, since CTGAN takes minutes."""

import hashlib
import json
import time
import warnings

import numpy as np
import pandas as pd

import sets
from sets import is_number

warnings.filterwarnings("ignore")


def kept(folder, name, parts, like, make):
    """The frame and the seconds of `make`, from the folder if they were made before from the same parts."""
    text = "".join(part if isinstance(part, str) else part.to_csv(index=False) for part in parts)
    path = folder / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    if not path.with_suffix(".csv").exists():
        frame, seconds = make()
        folder.mkdir(parents=True, exist_ok=True)
        sets.write(frame, path.with_suffix(".csv"))
        path.with_suffix(".json").write_text(json.dumps({"seconds": seconds}))
    return sets.read(path.with_suffix(".csv"), like), json.loads(path.with_suffix(".json").read_text())["seconds"]


def without_gaps(frame):
    """The mean and a level of its own for gaps, as SDV does it."""
    filled = frame.copy()
    for column in frame:
        filled[column] = frame[column].fillna(frame[column].mean() if is_number(frame, column) else "(gap)")
    return filled


def like_real(rows, real, seed):
    """As SDV does it: rounded as the real numbers are, within their range, and with as many gaps."""
    rng = np.random.default_rng(seed)
    result = rows[list(real.columns)].copy()
    for column in real:
        if not is_number(real, column):
            result[column] = result[column].astype(object).where(result[column] != "(gap)", None)
            continue
        values = real[column].dropna()
        digits = next((digits for digits in range(12) if np.allclose(values, values.round(digits), rtol=0, atol=1e-12)), 12)
        result[column] = result[column].astype(float).round(digits).clip(values.min(), values.max())
        result.loc[rng.random(len(result)) < real[column].isna().mean(), column] = np.nan
    return result


def deep(kind, epochs):
    """CTGAN or TVAE (L. Xu and others, NeurIPS 2019) with the defaults of SDV's package."""

    def rows(train, target, count, seed):
        import torch
        from ctgan import CTGAN, TVAE

        torch.manual_seed(seed)
        np.random.seed(seed)
        start = time.perf_counter()
        model = {"CTGAN": CTGAN, "TVAE": TVAE}[kind](epochs=epochs)
        model.fit(without_gaps(train), [column for column in train if not is_number(train, column)])
        seconds = time.perf_counter() - start
        return like_real(model.sample(count), train, seed), seconds

    return rows


def smote(train, target, count, seed):
    """Every class grown by its share of rows; for a number as target, those below and above the median."""
    from imblearn.over_sampling import SMOTE, SMOTENC

    filled = without_gaps(train)
    number = is_number(train, target)
    labels = np.where(filled[target] > filled[target].median(), "high", "low") if number else filled[target].to_numpy(str)
    inputs = filled if number else filled.drop(columns=target)
    categories = [at for at, column in enumerate(inputs) if not is_number(inputs, column)]
    levels, counts = np.unique(labels, return_counts=True)
    wanted = {level: many + max(1, round(count * many / len(labels))) for level, many in zip(levels, counts)}
    start = time.perf_counter()
    settings = {"sampling_strategy": wanted, "random_state": seed}
    if categories:
        x, y = SMOTENC(categorical_features=categories, **settings).fit_resample(inputs, labels)
    else:
        x, y = SMOTE(**settings).fit_resample(inputs, labels)
    seconds = time.perf_counter() - start
    rows = pd.DataFrame(x, columns=inputs.columns).iloc[len(train):].infer_objects()
    if not number:
        rows[target] = y[len(train):]
    return like_real(rows.sample(frac=1, random_state=seed).reset_index(drop=True), train, seed), seconds


def independent(train, target, count, seed):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({column: train[column].to_numpy()[rng.integers(0, len(train), count)] for column in train}), 0.0


def real(train, target, count, seed):
    """The training rows themselves, drawn with repetition: what could be had by copying."""
    return train.sample(count, replace=True, random_state=seed).reset_index(drop=True), 0.0


def imputer(kind):
    """Numbers standardized, a column of 0 and 1 for each level of a category; of the filled ones, the greatest is the level."""

    def filled(train, holes):
        from sklearn.experimental import enable_iterative_imputer  # noqa: F401
        from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer

        levels = {column: sorted(train[column].dropna().unique()) for column in train if not is_number(train, column)}

        def encoded(frame):
            parts = []
            for column in train:
                if column in levels:
                    part = (frame[column].to_numpy(object)[:, None] == np.array(levels[column], object)[None]).astype(float)
                    part[frame[column].isna()] = np.nan
                else:
                    part = frame[column].to_numpy(float)[:, None]
                parts.append(part)
            return np.concatenate(parts, 1)

        start = time.perf_counter()
        known, unknown = encoded(train), encoded(holes)
        mean, width = np.nanmean(known, 0), np.nanstd(known, 0) + 1e-12
        model = {
            "mean": lambda: SimpleImputer(), "kNN": lambda: KNNImputer(n_neighbors=5), "iterative": lambda: IterativeImputer(random_state=0)}[kind]()
        guesses = model.fit((known - mean) / width).transform((unknown - mean) / width) * width + mean
        result, at = holes.copy(), 0
        for column in train:
            gaps = holes[column].isna().to_numpy()
            many = len(levels.get(column, [0]))
            if gaps.any():
                part = guesses[gaps, at : at + many]
                result.loc[gaps, column] = np.array(levels[column], object)[part.argmax(1)] if column in levels else part[:, 0]
            at += many
        return result, time.perf_counter() - start

    return filled
