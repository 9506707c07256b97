-- The items of a list that is a parameter.
local list = trace.parameter({ 1, 2, 3 }, { name = "list" })
local o = trace.optimizer(function() return { [list] = { 4, 5 } } end, { list }, { name = "o" })
local sum
for _, item in trace.iterate(list) do sum = sum and sum + item or item end
o:zero_feedback()
o:backward(sum, "larger")
o:step()
assert(list[1].data == 4 and #list == 2)
