-- Feedback of three forward passes is gathered, and one step uses it.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
for _ = 1, 2 do
  o:zero_feedback()
  for i = 1, 3 do o:backward(p * i, "larger") end
  o:step()
end
assert(p.data == 3)
