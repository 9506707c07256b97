-- In each round everybody zeroes, then everybody calls backward with the same words, then everybody steps.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local a, b, shared = trace.parameter(1, { name = "a" }), trace.parameter(2, { name = "b" }), trace.parameter(3, { name = "shared" })
local optimizers = { trace.optimizer(grow, { a, shared }, { name = "oa" }), trace.optimizer(grow, { b, shared }, { name = "ob" }) }
for _ = 1, 3 do
  local y = a + b + shared
  for _, o in ipairs(optimizers) do o:zero_feedback() end
  for i, o in ipairs(optimizers) do o:backward(y, "larger", { retain_graph = i < #optimizers }) end
  for _, o in ipairs(optimizers) do o:step() end
end
