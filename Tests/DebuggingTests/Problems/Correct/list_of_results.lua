-- A bundle that gives two results as a list.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(7, { name = "p" })
local divide = trace.bundle("divide", function(x, by) return { x // by, x % by } end)
local o = trace.optimizer(grow, { p }, { name = "o" })
local y = divide(p, 2)
o:zero_feedback()
o:backward(y[1] + y[2], "larger")
o:step()
assert(y[1].data == 3 and y[2].data == 1)
