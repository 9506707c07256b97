-- Different feedback for different outputs, with a step for each.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
for _, say in ipairs({ "larger", "rounder", "kinder" }) do
  local y = p * 2
  o:zero_feedback()
  o:backward(y, say)
  o:step()
end
