local function mandelbrot(width, height, limit)
  local total = 0
  for row = 0, height - 1 do
    local imaginary = 2.0 * row / height - 1.0
    for column = 0, width - 1 do
      local real = 3.0 * column / width - 2.0
      local x = 0.0
      local y = 0.0
      local steps = 0
      while steps < limit do
        local xx = x * x
        local yy = y * y
        if xx + yy > 4.0 then break end
        y = 2.0 * x * y + imaginary
        x = xx - yy + real
        steps = steps + 1
      end
      total = total + steps
    end
  end
  return total
end
print(mandelbrot(1200, 1200, 50))
