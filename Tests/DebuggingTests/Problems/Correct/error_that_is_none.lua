-- With catch switched off an error inside is Lua's own, and there is no node to give feedback to.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(2, { name = "p" })
local risky = trace.bundle("risky", { catch = false }, function(x) error("not today") end)
local o = trace.optimizer(grow, { p }, { name = "o" })
assert(not pcall(risky, p))
o:zero_feedback()
o:backward(p * 2, "larger")
o:step()
