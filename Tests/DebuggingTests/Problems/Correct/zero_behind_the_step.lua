-- Feedback is cleared behind each step, and not before each backward.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
for _ = 1, 3 do
  o:backward(p * 2, "larger")
  o:step()
  o:zero_feedback()
end
