-- An agent is an object; its method is a bundle, and so the object is an input.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local Agent = { __name = "agent" }
Agent.__index = Agent
Agent.run = trace.bundle("run", { traceable = true }, function(self, x) return x * self.gain end)
local agent = setmetatable({ gain = trace.parameter(2, { name = "gain" }) }, Agent)
local o = trace.optimizer(grow, { agent.gain }, { name = "o" })
for i = 1, 2 do
  local y = agent:run(i)
  o:zero_feedback()
  o:backward(y, "larger")
  o:step()
end
assert(agent.gain.data == 4)
