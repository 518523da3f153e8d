local function build(n)
  local total = 0
  local buffer = ""
  for i = 1, n do
    local item = "item" .. i .. ","
    total = total + #item
    buffer = buffer .. item
    if #buffer > 1000 then buffer = "" end
  end
  return total
end
print(build(3000000))
