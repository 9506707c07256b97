-- Nodes are named by the part that makes them.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
for _, part in ipairs({ "left", "right" }) do
  local y = trace.scope(part, function() return p * 2 end)
  assert(y.name:find(part))
  o:zero_feedback()
  o:backward(y, "larger")
  o:step()
end
