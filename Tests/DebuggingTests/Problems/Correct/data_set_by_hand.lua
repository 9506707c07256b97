-- A search tries values by setting data; no optimizer's feedback is spent on it.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p" })
local best, at
for value = 1, 5 do
  p.data = value
  local score = -((p - 3) ^ 2).data
  if not best or score > best then best, at = score, value end
end
p.data = at
local o = trace.optimizer(grow, { p }, { name = "o" })
local y = p * 2
o:zero_feedback()
o:backward(y, "larger")
o:step()
assert(p.data == 4)
