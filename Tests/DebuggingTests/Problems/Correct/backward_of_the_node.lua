-- Backward is called on the node, and the optimizer steps on it.

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
  local y = p * 2
  o:zero_feedback()
  y:backward("larger")
  o:step()
end
assert(p.data == 4)
