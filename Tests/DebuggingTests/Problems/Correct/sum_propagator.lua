-- Numbers as feedback, added on the way.
local p, q = trace.parameter(1.0, { name = "p" }), trace.parameter(2.0, { name = "q" })
local sum = trace.sum_propagator()
local o = trace.optimizer(function(o)
  local out = {}
  for _, v in ipairs({ p, q }) do out[v] = v.data - v.feedback[1].entries[1].text end
  return out
end, { p, q }, { name = "o", propagator = sum })
local y = p + q
o:zero_feedback()
o:backward(y, 0.5)
o:step()
assert(p.data == 0.5 and q.data == 1.5)
