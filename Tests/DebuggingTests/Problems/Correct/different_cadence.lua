-- One optimizer steps in every round, the other in every third.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local fast, slow = trace.parameter(0, { name = "fast" }), trace.parameter(0, { name = "slow" })
local often, seldom = trace.optimizer(grow, { fast }, { name = "often" }), trace.optimizer(grow, { slow }, { name = "seldom" })
for round = 1, 9 do
  local y = fast + slow
  often:zero_feedback()
  often:backward(y, "larger", { retain_graph = round % 3 == 0 })
  often:step()
  if round % 3 == 0 then
    seldom:zero_feedback()
    seldom:backward(y, "larger")
    seldom:step()
  end
end
assert(fast.data == 9 and slow.data == 3)
