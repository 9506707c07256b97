-- A dependency that is hidden three calls deep.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p, q = trace.parameter(2, { name = "p" }), trace.parameter(1, { name = "q" })
local one = trace.bundle("one", { traceable = true }, function(x) return x * p end)
local two = trace.bundle("two", { traceable = true }, function(x) return one(x) + q end)
local three = trace.bundle("three", { traceable = true }, function(x) return two(x) + 1 end)
local o = trace.optimizer(grow, { p, q }, { name = "o" })
for i = 1, 2 do
  local y = three(i)
  o:zero_feedback()
  o:backward(y, "larger")
  o:step()
end
assert(p.data == 4 and q.data == 3)
