-- The workflow of multi_agent.lua as it was first posted, with its mistakes left in. Open it to find out why nothing learns as it
-- should; multi_agent.lua is the corrected form.
--
--  1. nothing calls zero_feedback, so feedback of earlier rounds remains and conflicts with the new feedback;
--  2. nothing retains the graph, so the second backward on a result finds it freed;
--  3. the agents call backward on their own parameter, which says nothing about the result;
--  4. the code of shared_function is a parameter that no optimizer attends to;
--  5. process is opaque, and so are the calls inside it: the result does not depend on any parameter.

local with_models = trace.args[1] == "optoprime"
local target = 100

local shared_function = trace.bundle("shared_function", { trainable = true, doc = "Scales the data by a parameter and adds one." },
  function(data, param)
    return data * param + 1
  end)

local function nudge(optimizer)
  local summary = optimizer:summary()
  local factor = summary.feedback:find("smaller") and 0.9 or 1.1
  local proposal = {}
  for _, parameter in ipairs(summary.variables) do
    proposal[parameter] = parameter.data * factor
  end
  return proposal
end

local function new_optimizer(name, parameters)
  return trace.optimizer(with_models and "OptoPrime" or nudge, parameters, { name = name })
end

-- A common way to go on after an error: print it, and try the next one.
local function try(name, action, ...)
  local ok, err = pcall(action, ...)
  if not ok then
    print(name .. ": " .. (type(err) == "table" and err.message or tostring(err)))
  end
end

local Agent = { __name = "agent" }
Agent.__index = Agent

function Agent.new(name, param1, param2)
  local self = setmetatable({ name = name }, Agent)
  self.param1 = trace.parameter(param1, { name = name .. "_param1" })
  self.param2 = trace.parameter(param2, { name = name .. "_param2" })
  self.optimizer = new_optimizer(name, { self.param1, self.param2 })
  return self
end

Agent.process = trace.bundle("process", { doc = "Transforms the data with the shared function and shifts it." },
  function(self, data)
    return shared_function(data, self.param1) + self.param2
  end)

function Agent:optimize(feedback)
  self.optimizer:backward(self.param1, feedback)
  try(self.name, self.optimizer.step, self.optimizer)
end

local agents = { Agent.new("agent1", 1.0, 2.0), Agent.new("agent2", 1.5, 0.5), Agent.new("agent3", 2.0, 1.0) }

local pairs_of_agents, all = {}, {}
for i, agent in ipairs(agents) do
  table.insert(all, agent.param1)
  table.insert(all, agent.param2)
  if i < #agents then
    local other = agents[i + 1]
    local parameters = { agent.param1, agent.param2, other.param1, other.param2 }
    table.insert(pairs_of_agents, new_optimizer("pair" .. i .. (i + 1), parameters))
  end
end
local workflow_optimizer = new_optimizer("workflow", all)

local iterations, optimize_every = 4, 2
local data = trace.node(10, { name = "data" })
for i = 1, iterations do
  local result = data
  for _, agent in ipairs(agents) do
    result = agent:process(result)
  end
  print("iteration " .. i, result.data)
  if i % optimize_every == 0 then
    local size = result.data < target and "larger" or "smaller"
    for _, agent in ipairs(agents) do
      agent:optimize("The output of " .. agent.name .. " should be " .. size .. ".")
    end
    for _, optimizer in ipairs(pairs_of_agents) do
      try(optimizer.name, optimizer.backward, optimizer, result, "The two should work together.")
      try(optimizer.name, optimizer.step, optimizer)
    end
    try("workflow", workflow_optimizer.backward, workflow_optimizer, result, "The output should be " .. size .. ".")
    try("workflow", workflow_optimizer.step, workflow_optimizer)
  end
end
