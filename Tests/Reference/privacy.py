#!/usr/bin/env python3
"""Makes privacy.txt beside it: the accounting of differential privacy in 60 decimal digits, by the formulas of the papers, and published
values. Each line is a name and numbers. Only Python is needed.

    python Tests/Reference/privacy.py

census: ρ, δ and ε of the production settings of the 2020 census of the USA (persons 17.14, housing units 2.47, for δ = 1e-10;
        US Census Bureau, 9 June 2021)
delta:  ρ, ε and the δ of C. Canonne, G. Kamath, T. Steinke, The discrete Gaussian for differential privacy, NeurIPS 2020, corollary 13
rho:    ε, δ and the greatest ρ
tail:   σ², a number m, and the probability that the discrete Gaussian is at least m
point:  σ², a number k, and the probability of k
laplace: a scale, a number k, and its probability
renyi:  α, q, σ and the Rényi divergence of a step of the sampled Gaussian mechanism, as the integral by which I. Mironov, K. Talwar,
        L. Zhang, Rényi differential privacy of the sampled Gaussian mechanism, 2019, define it
sampled: q, σ, steps, δ, and the least ε that follows from the divergences of all whole orders up to 1024
"""
import math
import os
from decimal import Decimal, getcontext

getcontext().prec = 60
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494")
lines = []


def note(name, *numbers):
    lines.append("\t".join([name, *(repr(float(number)) for number in numbers)]))
    print(lines[-1])


def exponent(alpha, rho, epsilon):
    return (alpha - 1) * (alpha * rho - epsilon) + alpha * (1 - 1 / alpha).ln() - (alpha - 1).ln()


def delta(rho, epsilon):
    """The infimum over α > 1, by golden sections of log(α - 1); the exponent is convex in α."""
    low, high = Decimal(-60), Decimal(60)
    ratio = (Decimal(5).sqrt() - 1) / 2
    value = lambda place: exponent(1 + place.exp(), rho, epsilon)
    a, b = high - ratio * (high - low), low + ratio * (high - low)
    va, vb = value(a), value(b)
    for _ in range(220):
        if va < vb:
            high, b, vb = b, a, va
            a = high - ratio * (high - low)
            va = value(a)
        else:
            low, a, va = a, b, vb
            b = low + ratio * (high - low)
            vb = value(b)
    return min(Decimal(1), va.exp())


def bisected(low, high, holds, rounds=110):
    """The end of the values, from the least, for which a condition holds."""
    for _ in range(rounds):
        middle = (low * high).sqrt()
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def gaussian(variance, numbers):
    return sum((-Decimal(k) * k / (2 * variance)).exp() for k in numbers)


for rho, epsilon in (("2.56", "17.14"), ("0.07", "2.47")):
    # Both are published with two decimals.
    low, high = (delta(Decimal(rho) + Decimal(part), Decimal(epsilon)) for part in ("-0.0055", "0.0055"))
    assert low < Decimal("1e-10") < high, (low, high)
    note("census", Decimal(rho), Decimal("1e-10"), Decimal(epsilon))
for rho in ("1e-5", "0.001", "0.02", "0.1", "0.5", "2", "10"):
    for epsilon in ("0.01", "0.1", "1", "3", "10", "50"):
        found = delta(Decimal(rho), Decimal(epsilon))
        if found > Decimal("1e-80"):
            note("delta", Decimal(rho), Decimal(epsilon), found)
for epsilon in ("0.001", "0.1", "1", "3", "10", "100"):
    for limit in ("1e-12", "5e-7", "1e-6", "0.01"):
        note("rho", Decimal(epsilon), Decimal(limit),
            bisected(Decimal("1e-12"), Decimal(200), lambda rho: delta(rho, Decimal(epsilon)) <= Decimal(limit)))
for variance in ("0.25", "1", "7.5", "1000"):
    v = Decimal(variance)
    end = int(40 * float(v) ** 0.5) + 40
    total = gaussian(v, range(-end, end + 1))
    for k in (0, 1, 2, 3, 5, 10, 30, 100):
        if k < 12 * float(v) ** 0.5:
            note("point", v, k, gaussian(v, (k,)) / total)
            note("tail", v, k, gaussian(v, range(k, end + 1)) / total)
for scale in (1, 3, 20):
    ratio = (Decimal(-1) / scale).exp()
    for k in (0, 1, 2, 5, 20):
        note("laplace", scale, k, (1 - ratio) / (1 + ratio) * ratio ** k)


def divergence(alpha, q, sigma):
    """By the trapezoidal rule, whose error for such an integrand is far below what is compared."""
    v, step = sigma * sigma, sigma / 6
    start, count = -14 * sigma, int((alpha + 28 * sigma) / step) + 1
    total = Decimal(0)
    for index in range(count):
        z = start + index * step
        total += (-z * z / (2 * v)).exp() * (1 - q + q * ((2 * z - 1) / (2 * v)).exp()) ** alpha
    return (total * step / (2 * PI * v).sqrt()).ln() / (alpha - 1)


def sampled(q, sigma, steps, limit, orders=range(2, 1025)):
    """With the logarithms of the binomial coefficients and ordinary numbers, which is enough for nine digits."""
    best = math.inf
    for alpha in orders:
        terms = [
            math.lgamma(alpha + 1) - math.lgamma(k + 1) - math.lgamma(alpha - k + 1) + k * math.log(q)
            + ((alpha - k) * math.log1p(-q) if alpha > k else 0) + k * (k - 1) / (2 * sigma * sigma) for k in range(alpha + 1)]
        most = max(terms)
        total = most + math.log(math.fsum(math.exp(term - most) for term in terms))
        best = min(best, steps * total / (alpha - 1) + math.log1p(-1 / alpha) - (math.log(limit) + math.log(alpha)) / (alpha - 1))
    return best


for alpha in (2, 3, 8, 32, 128):
    for q, sigma in (("0.001", "0.8"), ("0.01", "1"), ("0.01", "4"), ("0.25", "2"), ("0.9", "30")):
        note("renyi", alpha, Decimal(q), Decimal(sigma), divergence(alpha, Decimal(q), Decimal(sigma)))
for q, sigma, steps, limit in ((0.01, 4, 10000, 1e-5), (256 / 60000, 1.3, 3516, 1e-5), (64 / 6000, 1.1, 940, 1e-6), (0.5, 20, 100, 1e-5), (0.001, 0.6, 2000, 1e-6)):
    note("sampled", q, sigma, steps, limit, sampled(q, sigma, steps, limit))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "privacy.txt"), "w") as file:
    file.write("\n".join(lines) + "\n")
