def root(a):
    x = a
    while True:
        after = (x + a / x) / 2
        if abs(after - x) < 1e-12 * after:
            return after
        x = after
def total(n):
    sum = 0.0
    for i in range(1, n + 1):
        sum = sum + root(1.0 * i)
    return sum
print(f"{total(1000000):.6f}")
