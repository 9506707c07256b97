-- Three optimizers read one graph: all but the last keep it.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local a, b, c = trace.parameter(1, { name = "a" }), trace.parameter(2, { name = "b" }), trace.parameter(3, { name = "c" })
local optimizers = { trace.optimizer(grow, { a }, { name = "oa" }), trace.optimizer(grow, { a, b }, { name = "ob" }),
  trace.optimizer(grow, { a, b, c }, { name = "oc" }) }
for _ = 1, 3 do
  local y = a + b * c
  for i, o in ipairs(optimizers) do
    o:zero_feedback()
    o:backward(y, "larger", { retain_graph = i < #optimizers })
    o:step()
  end
end
