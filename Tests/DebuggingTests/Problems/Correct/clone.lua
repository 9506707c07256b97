-- A clone is traced.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
local y = p:clone() + 1
o:zero_feedback()
o:backward(y, "larger")
o:step()
assert(p.data == 2)
