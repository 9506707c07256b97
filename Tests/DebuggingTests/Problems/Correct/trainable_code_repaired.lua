-- Code fails; its exception is the feedback, and the next code works.
local f = trace.bundle("f", { trainable = true }, function(x)
  return x.missing.field
end)
local o = trace.optimizer(function() return { [f.parameter] = "function(x)\n  return x * 2\nend" } end, { f.parameter }, { name = "o" })
for round = 1, 2 do
  local ok, result = pcall(f, 4)
  local output = ok and result or result.node
  o:zero_feedback()
  o:backward(output, ok and "right" or output.data)
  o:step()
end
assert(f(4).data == 8)
