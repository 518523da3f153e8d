def build(n):
    total = 0
    buffer = ""
    for i in range(1, n + 1):
        item = f"item{i},"
        total = total + len(item)
        buffer = buffer + item
        if len(buffer) > 1000:
            buffer = ""
    return total


print(build(3000000))
