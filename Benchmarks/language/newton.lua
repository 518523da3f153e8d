local abs = math.abs
local function root(a)
  local x = a
  while true do
    local next = (x + a / x) / 2
    if abs(next - x) < 1e-12 * next then return next end
    x = next
  end
end
local function total(n)
  local sum = 0.0
  for i = 1, n do sum = sum + root(1.0 * i) end
  return sum
end
print(string.format("%.6f", total(1000000)))
