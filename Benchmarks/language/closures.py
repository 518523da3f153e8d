def adder(a):
    return lambda x: x + a


def scaler(k, f):
    return lambda x: k * f(x)


def run(n):
    total = 0
    for i in range(n):
        f = scaler(3, adder(i))
        total = total + f(i) % 7
    return total


print(run(4000000))
