-- Data is read for printing and for deciding what to say, and becomes no node.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(4, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
for _ = 1, 3 do
  local y = p * 2
  print(p.name, p.data, y.data)
  o:zero_feedback()
  o:backward(y, y.data < 10 and "larger" or "smaller")
  o:step()
  if p.data > 5 then print("far enough") end
end
