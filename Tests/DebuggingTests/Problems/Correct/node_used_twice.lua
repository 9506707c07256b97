-- One parameter in several places of one output.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(2, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
local y = p * p + p
o:zero_feedback()
o:backward(y, "larger")
o:step()
assert(y.data == 6 and p.data == 3)
