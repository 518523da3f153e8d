#!/usr/bin/env python3
"""Makes measures.txt beside it: programs in Loam, one a line, with what NumPy, SciPy and scikit-learn give in float64, in the
form of operations.txt.

    python Tests/Reference/measures.py
"""
import os
import numpy as np
from scipy.linalg import eigh, sqrtm
from scipy.spatial.distance import cdist
from scipy.stats import betabinom
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.neighbors import NearestNeighbors

cases = []


def case(program, value):
    cases.append((program, np.asarray(value, np.float64)))


def wave(*shape, by=0.7, add=0.3):
    return np.sin(by * np.arange(int(np.prod(shape)), dtype=np.float64) ** 1.5 + add).reshape(shape)


def loam(*shape, by=0.7, add=0.3):
    count = int(np.prod(shape))
    return f"reshape(sin({by} * f64(tensor(0..{count})) ^ 1.5 + {add}), ({', '.join(map(str, shape))},))"


# Eigenvalues; vectors are compared by what they make of the values, since their signs are a convention.
for size in (1, 2, 3, 7, 40):
    x, given = wave(size, size), f"x = {loam(size, size)}"
    a, symmetric = x + x.T, "a = x + transpose(x)"
    values, vectors = eigh(a)
    case(f"{given}; {symmetric}; eigh(a)[0]", values)
    case(f"{given}; {symmetric}; (values, vectors) = eigh(a); vectors * exp(values / 9) @ transpose(vectors)", vectors * np.exp(values / 9) @ vectors.T)
    case(f"{given}; eigh(x @ transpose(x))[0]", eigh(x @ x.T)[0])
case("eigh(f64(eye(5)))[0]", np.ones(5))
case("eigh(f64(zeros(4, 4)))[0]", np.zeros(4))
case("eigh(1e200 * f64([[2, 1], [1, 2]]))[0] / 1e200", [1, 3])
case("eigh(1e-200 * f64([[2, 1], [1, 2]]))[0] * 1e200", [1, 3])
case("eigh(f64([[0, 1, 0], [1, 0, 0], [0, 0, 5]]))[0]", [-1, 1, 5])
wilkinson = np.diag(np.abs(np.arange(21.0) - 10)) + np.diag(np.ones(20), 1) + np.diag(np.ones(20), -1)
case("n = f64(arange(21)); d = reshape(n, 21, 1) - reshape(n, 1, 21); eigh(eye(21) * abs(reshape(n, 21, 1) - 10) + f64(abs(d) == 1))[0]", eigh(wilkinson)[0])

x, given = wave(5, 9), f"x = {loam(5, 9)}"
case(f"{given}; smallest(x, 3)[0]", np.sort(x, axis=1)[:, :3])
case(f"{given}; smallest(x, 3)[1]", np.argsort(x, axis=1, kind="stable")[:, :3])
case(f"{given}; smallest(x, 9)[1]", np.argsort(x, axis=1, kind="stable"))
wide = wave(2, 200)
case(f"smallest({loam(2, 200)}, 100)[1]", np.argsort(wide, axis=1, kind="stable")[:, :100])
case("smallest(i32([3, 1, 3, 1, 2]), 4)[1]", np.argsort([3, 1, 3, 1, 2], kind="stable")[:4])

a, b = wave(30, 4), 0.8 * wave(25, 4, by=0.9) + 0.2
sets = f"a = {loam(30, 4)}; b = 0.8 * {loam(25, 4, by=0.9)} + 0.2"
case(f"{sets}; distances(a, b)", cdist(a, b))
near, places = NearestNeighbors(n_neighbors=3).fit(b).kneighbors(a)
case(f"{sets}; neighbours(a, b, 3)[0]", near)
case(f"{sets}; neighbours(a, b, 3)[1]", places)


def frechet(a, b):
    (m, n), (s, t) = (a.mean(0), b.mean(0)), (np.cov(a.T), np.cov(b.T))
    return np.sum((m - n) ** 2) + np.trace(s + t - 2 * np.real(sqrtm(s @ t)))


def kernel(a, b):
    k = lambda x, y: polynomial_kernel(x, y, degree=3, gamma=1 / x.shape[1], coef0=1)
    (n, m), xx, yy = (len(a), len(b)), k(a, a), k(b, b)
    return (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1)) - 2 * k(a, b).mean()


def radii(x, k):
    return NearestNeighbors(n_neighbors=k + 1).fit(x).kneighbors(x)[0][:, k]


def precision_recall(samples, real, k):
    d = cdist(samples, real)
    return (d <= radii(real, k)).any(1).mean(), (d <= radii(samples, k)[:, None]).any(0).mean()


def density_coverage(samples, real, k):
    inside = cdist(samples, real) <= radii(real, k)
    return inside.sum() / (k * len(samples)), inside.any(0).mean()


case(f"{sets}; f64(frechet_distance(a, b))", frechet(a, b))
case(f"{sets}; f64(frechet_distance(a[0:4], b))", frechet(a[:4], b))
case(f"{sets}; f64(kernel_distance(a, b))", kernel(a, b))
case("f64(frechet_distance(f64([[0], [2], [4]]), f64([[1], [2], [9]])))", (2 - 4) ** 2 + (2 - np.sqrt(19)) ** 2)
for k in (1, 3, 5):
    p, r = precision_recall(a, b, k)
    case(f"{sets}; p = precision_recall(a, b, k={k}); f64((p.precision, p.recall))", (p, r))
    d, c = density_coverage(a, b, k)
    case(f"{sets}; p = density_coverage(a, b, k={k}); f64((p.density, p.coverage))", (d, c))

# The number of samples below the k-th smallest of t held-out distances, if all are alike.
t, n, part = 25, 30, 0.2
k = int(part * (t + 1) + 0.5)
law = betabinom(n, k, t + 1 - k)
(nearest_a, nearest_b), known = (cdist(a, wave(40, 4, by=1.1)).min(1), cdist(b, wave(40, 4, by=1.1)).min(1)), f"known = {loam(40, 4, by=1.1)}"
mean, deviation = law.mean() / n, law.std() / n
case(
    f"{sets}; {known}; c = find_copies(a, known, b, part={part}); f64((c.share, c.expected, c.low, c.high, c.limit))",
    (np.mean(nearest_a < np.sort(nearest_b)[k - 1]), mean, max(0, mean - 1.96 * deviation), min(1, mean + 1.96 * deviation), np.sort(nearest_b)[k - 1]))
two_a, two_b = np.sort(cdist(a, wave(40, 4, by=1.1)))[:, :2], np.sort(cdist(b, wave(40, 4, by=1.1)))[:, :2]
near_a, near_b = two_a[:, 0] / two_a[:, 1], two_b[:, 0] / two_b[:, 1]
case(
    f"{sets}; {known}; c = find_copies(a, known, b, part={part}, relative=true); f64((c.share, c.limit))",
    (np.mean(near_a < np.sort(near_b)[k - 1]), np.sort(near_b)[k - 1]))


def wilson(share, n, z=1.96):
    middle, half = (share + z * z / 2 / n) / (1 + z * z / n), z * np.sqrt(share * (1 - share) / n + z * z / 4 / n / n) / (1 + z * z / n)
    return max(0, middle - half), min(1, middle + half)


for share, n in ((0, 20), (0.5, 10), (0.93, 400), (1, 7)):
    case(f"f64(_share_interval({share}, {n}))", wilson(share, n))
values = wave(50)
half = 1.96 * values.std(ddof=1) / np.sqrt(50)
case(f"f64(_mean_interval({loam(50)}))", (values.mean() - half, values.mean() + half))
without = [frechet(a[np.arange(30) % 10 != g], b[np.arange(25) % 10 != g]) for g in range(10)]
half = 2.262 * np.sqrt(9 / 10 * np.sum((without - np.mean(without)) ** 2))
case(
    f"{sets}; w = map(list(0..10), g -> _frechet(_moments(a[_dealt(a) != g]), _moments(b[_dealt(b) != g]))); f64(_jackknife_interval(1, w))",
    (1 - half, 1 + half))
left_out = [kernel(a[np.arange(30) % 10 != g], b[np.arange(25) % 10 != g]) for g in range(10)]
case(f"{sets}; s = _kernel_sums(a, b, _groups(a), _groups(b)); f64(map(list(0..11), g -> _discrepancy(s, g)))", left_out + [kernel(a, b)])

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "measures.txt"), "w") as file:
    for program, value in cases:
        numbers = " ".join(repr(float(number)) for number in value.ravel())
        file.write(f"{program}\t{' '.join(map(str, value.shape))}\t{numbers}\n")
