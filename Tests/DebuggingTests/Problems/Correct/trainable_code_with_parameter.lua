-- Code and a number, learned by one optimizer.
local f = trace.bundle("f", { trainable = true }, function(x, k)
  return x * k
end)
local k = trace.parameter(2, { name = "k" })
local o = trace.optimizer(function() return { [k] = k.data + 1 } end, { f, k }, { name = "o" })
for i = 1, 3 do
  local y = f(i, k)
  o:zero_feedback()
  o:backward(y, "larger")
  o:step()
end
assert(k.data == 5)
