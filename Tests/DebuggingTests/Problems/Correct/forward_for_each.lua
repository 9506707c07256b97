-- Each optimizer gets a forward pass of its own, and no graph is kept.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local a, b = trace.parameter(1, { name = "a" }), trace.parameter(2, { name = "b" })
local optimizers = { trace.optimizer(grow, { a, b }, { name = "both" }), trace.optimizer(grow, { b }, { name = "second" }) }
for _ = 1, 3 do
  for _, o in ipairs(optimizers) do
    local y = a + b
    o:zero_feedback()
    o:backward(y, "larger")
    o:step()
  end
end
