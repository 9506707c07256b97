-- A proposal is looked at, and applied.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
o:zero_feedback()
o:backward(p * 2, "larger")
assert(o:propose()[p] == 2 and p.data == 1)
o:update()
assert(p.data == 2)
