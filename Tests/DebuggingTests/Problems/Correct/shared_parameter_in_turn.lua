-- Two optimizers share a parameter, and take turns: each zeroes, calls backward and steps before the other does.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local s = trace.parameter(1, { name = "shared" })
local a, b = trace.parameter(1, { name = "a" }), trace.parameter(2, { name = "b" })
local oa, ob = trace.optimizer(grow, { a, s }, { name = "oa" }), trace.optimizer(grow, { b, s }, { name = "ob" })
for _ = 1, 2 do
  local ya = a * s
  oa:zero_feedback()
  oa:backward(ya, "larger")
  oa:step()
  local yb = b * s
  ob:zero_feedback()
  ob:backward(yb, "larger")
  ob:step()
end
assert(s.data == 5)
