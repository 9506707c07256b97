-- A dictionary of settings that is a parameter.
local settings = trace.parameter({ width = 2, height = 3 }, { name = "settings" })
local o = trace.optimizer(function() return { [settings] = { width = 4, height = 3 } } end, { settings }, { name = "o" })
local area = settings.width * settings.height
o:zero_feedback()
o:backward(area, "larger")
o:step()
assert(settings.width.data == 4)
