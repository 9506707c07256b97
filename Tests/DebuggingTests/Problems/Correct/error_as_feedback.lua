-- An operator fails on what a parameter says, and the exception leads back to it.
local p = trace.parameter("two", { name = "p" })
local parse = trace.bundle("parse", function(text)
  local number = tonumber(text)
  assert(number, "no number")
  return number
end)
local o = trace.optimizer(function() return { [p] = "2" } end, { p }, { name = "o" })
for _ = 1, 2 do
  local ok, result = pcall(parse, p)
  o:zero_feedback()
  o:backward(ok and result or result.node, ok and "good" or "Write a number in digits.")
  o:step()
end
assert(parse(p).data == 2)
