-- Paths that part and meet again.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(2, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
local y = p
for _ = 1, 20 do y = (y + 1) - (y - 1) end
o:zero_feedback()
o:backward(y, "larger")
o:step()
assert(y.data == 2)
