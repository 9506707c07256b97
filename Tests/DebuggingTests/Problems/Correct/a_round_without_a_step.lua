-- A round in which the result is good enough ends without a step.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
for _ = 1, 5 do
  local y = p * 2
  o:zero_feedback()
  o:backward(y, "larger")
  if y.data < 6 then o:step() end
end
assert(p.data == 3)
