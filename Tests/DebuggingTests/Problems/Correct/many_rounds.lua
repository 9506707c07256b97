-- A loop of forward, zero, backward, step.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(0, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
for round = 1, 10 do
  local y = p + round
  o:zero_feedback()
  o:backward(y, "larger")
  o:step()
end
assert(p.data == 10 and o.steps == 10)
