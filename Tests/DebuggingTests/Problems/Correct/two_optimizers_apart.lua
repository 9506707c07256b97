-- Two optimizers of two parameters, each with an output of its own.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local a, b = trace.parameter(1, { name = "a" }), trace.parameter(2, { name = "b" })
local oa, ob = trace.optimizer(grow, { a }, { name = "oa" }), trace.optimizer(grow, { b }, { name = "ob" })
for _ = 1, 2 do
  oa:zero_feedback()
  oa:backward(a * 2, "larger")
  oa:step()
  ob:zero_feedback()
  ob:backward(b * 2, "larger")
  ob:step()
end
assert(a.data == 3 and b.data == 4)
