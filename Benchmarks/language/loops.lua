local function total(n)
  local sum = 0
  for i = 1, n do
    for j = 1, n do sum = sum + i * j end
  end
  return sum
end
print(total(9000))
