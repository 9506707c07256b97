-- An opaque bundle that is given all that it uses.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(2, { name = "p" })
local scale = trace.bundle("scale", { doc = "Scales x." }, function(x, factor) return x * factor end)
local o = trace.optimizer(grow, { p }, { name = "o" })
for i = 1, 3 do
  local y = scale(i, p)
  o:zero_feedback()
  o:backward(y, "larger")
  o:step()
end
