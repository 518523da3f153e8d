def sort(xs):
    n = len(xs)
    for i in range(n):
        for j in range(n - 1 - i):
            if xs[j] > xs[j + 1]:
                xs[j], xs[j + 1] = xs[j + 1], xs[j]
    return xs
state = 42
xs = []
for i in range(4000):
    state = (state * 1103515245 + 12345) % 2147483648
    xs.append(state)
xs = sort(xs)
print(xs[0], xs[2000], xs[3999])
