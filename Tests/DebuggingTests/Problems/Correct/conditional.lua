-- One of two branches is taken, and both are in the graph.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local a, b = trace.parameter(1, { name = "a" }), trace.parameter(2, { name = "b" })
local o = trace.optimizer(grow, { a, b }, { name = "o" })
for i = 1, 3 do
  local y = trace.ops.cond(trace.ops.lt(i, 2), a * 2, b * 2)
  o:zero_feedback()
  o:backward(y, "larger")
  o:step()
end
