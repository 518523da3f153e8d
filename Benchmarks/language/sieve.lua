local function primes(n)
  local marks = {}
  for i = 1, n do marks[i] = true end
  local count = 0
  for i = 2, n do
    if marks[i] then
      count = count + 1
      local j = i * i
      while j <= n do
        marks[j] = false
        j = j + i
      end
    end
  end
  return count
end
print(primes(6000000))
