-- Agents that share parameters: each agent's optimizer in turn, then one for the team, with a graph for all of them.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local shared = trace.parameter(1, { name = "shared" })
local agents, optimizers, everything = {}, {}, { shared }
for i = 1, 3 do
  local own = trace.parameter(i, { name = "own" .. i })
  everything[#everything + 1] = own
  agents[i] = trace.bundle("agent" .. i, { traceable = true }, function(x) return x * own + shared end)
  optimizers[i] = trace.optimizer(grow, { own, shared }, { name = "agent" .. i })
end
optimizers[#optimizers + 1] = trace.optimizer(grow, everything, { name = "team" })
for _ = 1, 2 do
  local y = trace.node(1, { name = "input" })
  for _, agent in ipairs(agents) do y = agent(y) end
  for i, o in ipairs(optimizers) do
    o:zero_feedback()
    o:backward(y, "larger", { retain_graph = i < #optimizers })
    o:step()
  end
end
assert(shared.data == 9)
