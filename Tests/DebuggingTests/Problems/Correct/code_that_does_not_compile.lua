-- Code is replaced by some that does not compile, which is said and mended.
local f = trace.bundle("f", { trainable = true }, function(x)
  return x
end)
local answers = { "function(x) return = x end", "function(x) return x + 1 end" }
local o = trace.optimizer(function(o) return { [f.parameter] = answers[o.steps + 1] } end, { f.parameter }, { name = "o" })
for _ = 1, 2 do
  local ok, result = pcall(f, 1)
  o:zero_feedback()
  o:backward(ok and result or result.node, ok and "Add one." or result.message)
  o:step()
end
assert(f(1).data == 2)
