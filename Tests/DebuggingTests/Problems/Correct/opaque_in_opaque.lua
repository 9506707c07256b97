-- An opaque bundle that calls another one, and gives it only what it was given.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(2, { name = "p" })
local inner = trace.bundle("inner", function(x) return x + 1 end)
local outer = trace.bundle("outer", function(x) return inner(x).data * 2 end)
local o = trace.optimizer(grow, { p }, { name = "o" })
local y = outer(p)
o:zero_feedback()
o:backward(y, "larger")
o:step()
assert(p.data == 3)
