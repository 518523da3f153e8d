local function adder(a) return function(x) return x + a end end
local function scaler(k, f) return function(x) return k * f(x) end end
local function run(n)
  local total = 0
  for i = 0, n - 1 do
    local f = scaler(3, adder(i))
    total = total + f(i) % 7
  end
  return total
end
print(run(4000000))
