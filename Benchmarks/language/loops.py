def total(n):
    sum = 0
    for i in range(1, n + 1):
        for j in range(1, n + 1):
            sum = sum + i * j
    return sum


print(total(9000))
