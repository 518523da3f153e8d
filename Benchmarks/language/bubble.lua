local function sorted(xs)
  local n = #xs
  for i = 0, n - 1 do
    for j = 1, n - 1 - i do
      if xs[j] > xs[j + 1] then
        xs[j], xs[j + 1] = xs[j + 1], xs[j]
      end
    end
  end
  return xs
end
local state = 42
local xs = {}
for i = 1, 4000 do
  state = (state * 1103515245 + 12345) % 2147483648
  xs[i] = state
end
xs = sorted(xs)
print(xs[1] .. " " .. xs[2001] .. " " .. xs[4000])
