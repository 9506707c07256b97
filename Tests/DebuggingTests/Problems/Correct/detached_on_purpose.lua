-- A value is detached, and has a parameter's optimizer of its own.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local a = trace.parameter(1, { name = "a" })
local b = a:detach()
local oa, ob = trace.optimizer(grow, { a }, { name = "oa" }), trace.optimizer(grow, { b }, { name = "ob" })
for _, pair in ipairs({ { oa, a }, { ob, b } }) do
  local y = pair[2] * 2
  pair[1]:zero_feedback()
  pair[1]:backward(y, "larger")
  pair[1]:step()
end
assert(a.data == 2 and b.data == 2)
