#!/usr/bin/env python3
"""Makes statistics.txt beside it: programs in Loam, one a line, with what NumPy and SciPy give in float64, in the form
of operations.txt.

    python Tests/Reference/statistics.py
"""
import os
import numpy as np
from scipy.special import erf, expit

nan, inf = float("nan"), float("inf")
cases = []


def case(program, value):
    cases.append((program, np.asarray(value, np.float64)))


def wave(*shape, by=0.7):
    return np.sin(by * np.arange(int(np.prod(shape)), dtype=np.float64) + 0.3).reshape(shape)


def loam(*shape, by=0.7):
    count = int(np.prod(shape))
    return f"reshape(sin({by} * f64(tensor(0..{count})) + 0.3), ({', '.join(map(str, shape))},))"


x, given = wave(4, 7), f"x = {loam(4, 7)}"
for part in (0, 0.1, 0.25, 0.5, 0.77, 1):
    case(f"{given}; quantile(x, {part})", np.quantile(x, part))
    case(f"{given}; quantile(x, {part}, axis=0)", np.quantile(x, part, axis=0))
    case(f"{given}; quantile(x, {part}, axis=-1, keepdims=true)", np.quantile(x, part, axis=-1, keepdims=True))
case(f"{given}; quantile(x, (0.2, 0.9), axis=1)", np.quantile(x, (0.2, 0.9), axis=1))
case(f"x = {loam(3, 4, 5)}; quantile(x, 0.3, axis=(0, 2))", np.quantile(wave(3, 4, 5), 0.3, axis=(0, 2)))
case(f"{given}; median(x)", np.median(x))
case(f"{given}; median(x, axis=0)", np.median(x, axis=0))
case(f"{given}; median(x, axis=1)", np.median(x, axis=1))
case("z = f64([0]); median(concat((f64([1, 2]), z / z)))", nan)
case("z = f64([0]); quantile(concat((f64([1]), 1 / z, 1 / z)), 0.75)", inf)
case("z = f64([0]); argmax(concat((f64([1, 2]), z / z, f64([9]))))", np.argmax([1, 2, nan, 9]))
case("z = f64([0]); argmin(concat((f64([1, 2]), z / z, f64([0]))))", np.argmin([1, 2, nan, 0]))
case("z = f64([0]); max(reshape(concat((f64([1, 2]), z / z, f64([9]))), 2, 2), axis=1)", np.max([[1, 2], [nan, 9]], axis=1))
case("eye(3)", np.eye(3))
case("eye(2, 4)", np.eye(2, 4))
case("linspace(-1, 2, 7, dtype=\"f64\")", np.linspace(-1, 2, 7))
case("linspace(3, 4, 1, dtype=\"f64\")", np.linspace(3, 4, 1))
case("arange(2, 11, 3)", np.arange(2, 11, 3))
case("arange(5, 0, -2)", np.arange(5, 0, -2))
case("arange(0, 1, 0.125, dtype=\"f64\")", np.arange(0, 1, 0.125))
y, given = 3 * wave(40), f"x = 3 * {loam(40)}"
case(f"{given}; erf(x)", erf(y))
case(f"{given}; gelu(x)", 0.5 * y * (1 + erf(y / np.sqrt(2))))
case(f'{given}; gelu(x, approximate="tanh")', 0.5 * y * (1 + np.tanh(np.sqrt(2 / np.pi) * (y + 0.044715 * y**3))))
case(f"{given}; silu(x)", y * expit(y))
case(f"{given}; elu(x)", np.where(y > 0, y, np.expm1(y)))
case(f"{given}; elu(x, alpha=0.5)", np.where(y > 0, y, 0.5 * np.expm1(y)))
case(f"{given}; grad(v -> sum(erf(v)))(x)", 2 / np.sqrt(np.pi) * np.exp(-y * y))
density = np.exp(-y * y / 2) / np.sqrt(2 * np.pi)
case(f"{given}; grad(v -> sum(gelu(v)))(x)", 0.5 * (1 + erf(y / np.sqrt(2))) + y * density)
case(f"{given}; grad(v -> sum(silu(v)))(x)", expit(y) * (1 + y * (1 - expit(y))))
case(f"{given}; grad(v -> sum(elu(v)))(x)", np.where(y > 0, 1, np.exp(y)))
case("sum((16777217, 2))", 16777219)
case("product((3, 5592407))", 16777221)
case("mean((16777217, 16777219))", 16777218)
case("mean(i32((16777217, 16777219)))", np.float32(16777218))
case("std((1000000001, 1000000003))", 1)
case("max((16777217, 3))", 16777217)
case("min(0..5)", 0)
case("var((2.5, 3.5, 9))", np.var([2.5, 3.5, 9]))
a, b = np.array([0, 1, 1, 2, 2, 0]), np.array([0, 1, 2, 2, 2, 1])
matrix = np.zeros((3, 3))
np.add.at(matrix, (b, a), 1)
case(f"confusion(({', '.join(map(str, a))}), ({', '.join(map(str, b))}))", matrix)
case(f"accuracy(({', '.join(map(str, a))}), i32(({', '.join(map(str, b))})))", np.mean(a == b))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "statistics.txt"), "w") as file:
    for program, value in cases:
        numbers = " ".join(repr(float(number)) for number in value.ravel())
        file.write(f"{program}\t{' '.join(map(str, value.shape))}\t{numbers}\n")
