def composed(f, g):
    return lambda x: f(g(x))
def run(n):
    add = lambda x: x + 3
    double = lambda x: x * 2
    total = 0
    for i in range(n):
        h = composed(add, composed(double, add))
        total = total + h(i) % 11
    return total
print(run(2000000))
