-- An opaque bundle that may read a setting which nobody optimizes.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p, setting = trace.parameter(2, { name = "p" }), trace.node(10, { name = "setting" })
local clip = trace.bundle("clip", { external = true }, function(x) return math.min(x, setting.data) end)
local o = trace.optimizer(grow, { p }, { name = "o" })
local y = clip(p)
o:zero_feedback()
o:backward(y, "larger")
o:step()
