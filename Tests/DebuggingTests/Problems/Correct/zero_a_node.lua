-- A node's own feedback is cleared, before the optimizer's backward.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
local y = p * 2
y:backward("never mind")
p:zero_feedback()
o:backward(p * 3, "larger")
o:step()
