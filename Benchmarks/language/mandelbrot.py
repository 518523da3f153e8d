def mandelbrot(width, height, limit):
    total = 0
    for row in range(height):
        imaginary = 2.0 * row / height - 1.0
        for column in range(width):
            real = 3.0 * column / width - 2.0
            x = 0.0
            y = 0.0
            steps = 0
            while steps < limit:
                xx = x * x
                yy = y * y
                if xx + yy > 4.0:
                    break
                y = 2.0 * x * y + imaginary
                x = xx - yy + real
                steps = steps + 1
            total = total + steps
    return total


print(mandelbrot(1200, 1200, 50))
