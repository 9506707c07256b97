-- A function is a node's data and is called.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(2, { name = "p" })
local double = trace.node(function(x) return x * 2 end, { name = "double" })
local o = trace.optimizer(grow, { p }, { name = "o" })
local y = double(p)
o:zero_feedback()
o:backward(y, "larger")
o:step()
assert(y.data == 4 and p.data == 3)
