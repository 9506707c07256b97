-- Values come from elsewhere and are applied as an update.
local p = trace.parameter(1, { name = "p" })
local o = trace.optimizer("Manual", { p }, { name = "o" })
o:zero_feedback()
o:backward(p * 2, "larger")
o:update({ [p] = 5 })
assert(p.data == 5)
