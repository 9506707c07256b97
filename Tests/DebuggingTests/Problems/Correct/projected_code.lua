-- Code whose signature has to stay.
local f = trace.bundle("f", { trainable = true, projections = { trace.signature() } }, function(x)
  return x
end)
local o = trace.optimizer(function() return { [f.parameter] = "function(x) return x * 2 end" } end, { f }, { name = "o" })
o:zero_feedback()
o:backward(f(1), "Double it.")
o:step()
assert(f(2).data == 4)
