-- A traceable bundle that uses a parameter which is not among its arguments.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(2, { name = "p" })
local line = trace.bundle("line", { traceable = true }, function(x) return x * p + 1 end)
local o = trace.optimizer(grow, { p }, { name = "o" })
for i = 1, 3 do
  local y = line(i)
  o:zero_feedback()
  o:backward(y, "larger")
  o:step()
end
assert(p.data == 5)
