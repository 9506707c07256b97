-- An opaque bundle whose arguments are lists and dictionaries of nodes.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local a, b = trace.parameter(2, { name = "a" }), trace.parameter(3, { name = "b" })
local weigh = trace.bundle("weigh", function(items, options) return items[1] * options.a + items[2] * options.b end)
local o = trace.optimizer(grow, { a, b }, { name = "o" })
local y = weigh({ a, b }, { a = a, b = b })
o:zero_feedback()
o:backward(y, "larger")
o:step()
assert(a.data == 3 and b.data == 4)
