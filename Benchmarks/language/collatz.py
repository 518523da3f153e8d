def longest(limit):
    best, at = 0, 0
    for start in range(1, limit):
        n, steps = start, 1
        while n != 1:
            if n % 2 == 0:
                n = n // 2
            else:
                n = 3 * n + 1
            steps = steps + 1
        if steps > best:
            best, at = steps, start
    return at, best
at, best = longest(600000)
print(at, best)
