-- Values are remembered and put back when a step was no good.

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
  local before = p.data
  local y = p * 2
  o:zero_feedback()
  o:backward(y, "larger")
  o:step()
  if (p * 2).data > 4 then p.data = before end
end
assert(p.data == 2)
