"""What generated rows and filled cells are worth."""

import itertools

import numpy as np
import pandas as pd
import xgboost
from scipy.stats import ks_2samp
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sets import is_number


def encoded(frames, like, without=()):
    """Numbers as they are, categories as 0 and 1 for each level in `like` (an unknown one and a gap are all 0)."""
    result = []
    for frame in frames:
        parts = []
        for column in like:
            if column in without:
                continue
            if is_number(like, column):
                parts.append(frame[column].to_numpy(float)[:, None])
            else:
                levels = sorted(like[column].dropna().unique())
                parts.append((frame[column].to_numpy(object)[:, None] == np.array(levels, object)[None]).astype(float))
        result.append(np.concatenate(parts, 1))
    return result


def boosted(regression=False, seed=0):
    kind = xgboost.XGBRegressor if regression else xgboost.XGBClassifier
    return kind(
        n_estimators=100, max_depth=4, learning_rate=0.1, subsample=0.9, colsample_bytree=0.8, n_jobs=1, tree_method="hist", random_state=seed)


def utility(train, test, target):
    """Accuracy (R² for a number) on the test rows of boosted trees and of a linear model, both trained on `train`."""
    train, test = train[train[target].notna()], test[test[target].notna()]
    both = pd.concat([train, test])
    x, x_test = encoded([train, test], both, without=(target,))
    number = is_number(test, target)
    linear = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler(),
        RidgeCV(np.logspace(-3, 3, 13)) if number else LogisticRegression(max_iter=500))
    if number:
        y, y_test = train[target], test[target]
        trees = boosted(True).fit(x, y).predict(x_test)
        return r2_score(y_test, trees), r2_score(y_test, linear.fit(x, y).predict(x_test))
    levels, y = np.unique(train[target].astype(str), return_inverse=True)
    if len(levels) == 1:
        return ((test[target] == levels[0]).mean(),) * 2
    trees = boosted().fit(x, y).predict(x_test)
    return tuple((levels[guess] == test[target].astype(str).to_numpy()).mean() for guess in (trees, linear.fit(x, y).predict(x_test)))


def detection(real, rows, seed=0):
    """The area under the ROC of boosted trees that tell generated rows from as many real ones, in 5-fold cross-validation."""
    count = min(len(real), len(rows))
    rng = np.random.default_rng(seed)
    real, rows = (frame.iloc[rng.permutation(len(frame))[:count]] for frame in (real, rows))
    x = np.concatenate(encoded([real, rows], pd.concat([real, rows])))
    y = np.repeat([0, 1], count)
    scores = np.zeros(len(y))
    for fit, held in StratifiedKFold(5, shuffle=True, random_state=seed).split(x, y):
        scores[held] = boosted(seed=seed).fit(x[fit], y[fit]).predict_proba(x[held])[:, 1]
    return roc_auc_score(y, scores)


def shapes(real, rows):
    """The mean over columns of SDMetrics' KSComplement and TVComplement."""
    scores = []
    for column in real:
        a, b = real[column].dropna(), rows[column].dropna()
        if not len(b):
            scores.append(0)
        elif is_number(real, column):
            scores.append(1 - ks_2samp(a.round(14), b.round(14)).statistic)
        else:
            scores.append(1 - a.value_counts(normalize=True).sub(b.value_counts(normalize=True), fill_value=0).abs().sum() / 2)
    return float(np.mean(scores))


def trends(real, rows):
    """The mean over pairs of columns of SDMetrics' CorrelationSimilarity and ContingencySimilarity, as its quality report has them:
    numbers beside categories in 10 bins between the least and the greatest value, of each table by itself. All pairs count; the report of
    SDMetrics 0.32 counts only those with a correlation above 0.5 or an association above 0.3 in the real table."""
    binned = []
    for frame in (real, rows):
        codes = {}
        for column in real:
            values = frame[column]
            if is_number(real, column):
                codes[column] = np.digitize(values, np.histogram_bin_edges(values.dropna())).astype(str).astype(object)
            else:
                codes[column] = values.fillna("(gap)").astype(str).to_numpy(object)
        binned.append(pd.DataFrame(codes))
    scores = []
    for a, b in itertools.combinations(real.columns, 2):
        if is_number(real, a) and is_number(real, b):
            one, two = (frame[[a, b]].dropna().corr().iloc[0, 1] for frame in (real, rows))
            if not np.isnan(one) and not np.isnan(two):
                scores.append(1 - abs(one - two) / 2)
        else:
            one, two = (frame.groupby([a, b]).size() / len(frame) for frame in binned)
            scores.append(1 - one.sub(two, fill_value=0).abs().sum() / 2)
    return float(np.mean(scores))


def nearer_to_training(train, test, rows, seed=0):
    """The share of generated rows whose nearest record is in the training rows and not in as many test rows: 50 % if none are copies."""
    count = min(len(train), len(test), 1000)
    rng = np.random.default_rng(seed)
    like = pd.concat([train, test])
    train, test = (frame.iloc[rng.permutation(len(frame))[:count]] for frame in (train, test))
    rows = rows.iloc[:1000]
    scale = encoded([like], like)[0]
    middle, width = np.nanmedian(scale, 0), np.nanstd(scale, 0) + 1e-9
    a, b, c = ((np.where(np.isnan(x), middle, x) - middle) / width for x in encoded([train, test, rows], like))
    nearest = [((c**2).sum(1)[:, None] - 2 * c @ x.T + (x**2).sum(1)).min(1) for x in (a, b)]
    return float(((nearest[0] < nearest[1]) + 0.5 * (nearest[0] == nearest[1])).mean())


def imputation(whole, hidden, filled):
    """The mean over columns of the error in hidden cells: the root of the mean square in standard deviations of the column for numbers,
    the share of wrong cells for categories."""
    errors = []
    for at, column in enumerate(whole):
        places = hidden[:, at]
        if not places.any():
            continue
        want, got = whole[column][places], filled[column][places]
        if is_number(whole, column):
            errors.append(np.sqrt(((want - got) ** 2).mean()) / whole[column].std())
        else:
            errors.append((want.astype(str) != got.astype(str)).mean())
    return float(np.mean(errors))
