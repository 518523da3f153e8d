local function longest(limit)
  local best, at = 0, 0
  for start = 1, limit - 1 do
    local n, steps = start, 1
    while n ~= 1 do
      if n % 2 == 0 then n = n // 2 else n = 3 * n + 1 end
      steps = steps + 1
    end
    if steps > best then best, at = steps, start end
  end
  return at, best
end
local at, best = longest(600000)
print(at .. " " .. best)
