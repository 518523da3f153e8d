def primes(n):
    marks = []
    for i in range(n + 1):
        marks.append(True)
    count = 0
    for i in range(2, n + 1):
        if marks[i]:
            count = count + 1
            j = i * i
            while j <= n:
                marks[j] = False
                j = j + i
    return count


print(primes(6000000))
