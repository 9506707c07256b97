-- Code is the parameter.
local f = trace.bundle("f", { trainable = true, doc = "Doubles." }, function(x)
  return x + x
end)
local o = trace.optimizer(function() return { [f.parameter] = "function(x)\n  return x * 3\nend" } end, { f.parameter }, { name = "coder" })
local y = f(2)
o:zero_feedback()
o:backward(y, "It should triple.")
o:step()
assert(f(2).data == 6)
