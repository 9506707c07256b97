-- Parameters with all their options.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p", description = "How many.", constraint = "1 to 9" })
local q = trace.node(2, { name = "q", trainable = true })
local o = trace.optimizer(grow, { p, q }, { name = "o", objective = "Make it larger.", memory = 2 })
for _ = 1, 3 do
  local y = p + q
  o:zero_feedback()
  o:backward(y, "larger")
  o:step()
end
assert(p.data == 4 and q.data == 5)
