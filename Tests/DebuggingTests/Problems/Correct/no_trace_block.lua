-- What is computed without a trace is plain data, put in as a new node.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
local offset = trace.no_trace(function() return trace.node(3) + 4 end)
local y = p + offset
o:zero_feedback()
o:backward(y, "larger")
o:step()
assert(y.data == 8)
