-- A prompt is put together from parts that are learned.
local greeting, style = trace.parameter("Hello", { name = "greeting" }), trace.parameter("kindly", { name = "style" })
local o = trace.optimizer(function() return { [greeting] = "Dear", [style] = "warmly" } end, { greeting, style }, { name = "o" })
local prompt = trace.node("{} {name}, write {how}."):format(greeting, { name = "reader", how = "letters" }) .. " Do it " .. style
o:zero_feedback()
o:backward(prompt:strip(), "Be warmer.")
o:step()
assert(greeting.data == "Dear" and style.data == "warmly")
