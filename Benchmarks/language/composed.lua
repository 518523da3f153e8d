local function composed(f, g) return function(x) return f(g(x)) end end
local function run(n)
  local add = function(x) return x + 3 end
  local double = function(x) return x * 2 end
  local total = 0
  for i = 0, n - 1 do
    local h = composed(add, composed(double, add))
    total = total + h(i) % 11
  end
  return total
end
print(run(2000000))
