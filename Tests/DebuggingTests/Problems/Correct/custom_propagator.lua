-- A propagator that halves what it passes on.
local p = trace.parameter(1.0, { name = "p" })
local half = trace.propagator(function(child, feedback)
  local sum, out = 0, {}
  for _, value in ipairs(feedback) do sum = sum + value end
  for _, parent in ipairs(child.parents) do out[parent] = sum / 2 end
  return out
end)
local o = trace.optimizer(function() return { [p] = p.feedback[1].entries[1].text } end, { p }, { name = "o", propagator = half })
local y = (p + 1) * 2
o:zero_feedback()
o:backward(y, 8.0)
o:step()
assert(p.data == 2.0)
