#!/usr/bin/env python3
"""Makes spectral.txt beside it: spectral normalisation by the singular values of NumPy in float64, in the form of operations.txt.

    python Tests/Reference/spectral.py
"""
import os
import numpy as np

cases = []


def wave(shape, by):
    return np.sin(by * np.arange(int(np.prod(shape)), dtype=np.float64) ** 1.5 + 0.3).reshape(shape)


def loam(shape, by):
    return f"reshape(sin({by} * f64(tensor(0..{int(np.prod(shape))})) ^ 1.5 + 0.3), ({', '.join(map(str, shape))},))"


# Dense weights that are wide, tall and square, a single unit, kernels of convolutions.
for shape in [(3, 8), (9, 4), (5, 5), (6, 1), (3, 3, 2, 4), (4, 4, 3, 1), (1, 1, 5, 5)]:
    w, g = wave(shape, 0.7), wave(shape, 0.4)
    given = f"w = {loam(shape, 0.7)}; g = {loam(shape, 0.4)}"
    left, values, right = np.linalg.svd(w.reshape(-1, shape[-1]), full_matrices=False)
    assert len(values) == 1 or values[1] / values[0] < 0.95
    cases.append((f"{given}; spectral_norm(rounds=300)(w)", w / values[0]))
    # The derivative of the largest singular value is the product of its vectors.
    slope = np.outer(left[:, 0], right[0]).reshape(shape)
    gradient = g / values[0] - np.sum(g * w) / values[0] ** 2 * slope
    cases.append((f"{given}; grad(v -> sum(spectral_norm(rounds=300)(v) * g))(w)", gradient))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "spectral.txt"), "w") as file:
    for program, value in cases:
        numbers = " ".join(repr(float(number)) for number in value.ravel())
        file.write(f"{program}\t{' '.join(map(str, value.shape))}\t{numbers}\n")
