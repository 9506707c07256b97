-- Three agents pass their result on to one another. Each has two parameters and an optimizer of its own; an optimizer attends to
-- each pair of neighbours, and one to the whole workflow. All agents use one function, whose code is a parameter too.
--
-- Every optimizer in turn clears the feedback of its parameters, calls backward on the result, and steps. All but the last keep
-- the graph for the next one.
--
--     tracescope Examples/multi_agent.lua              the optimizers are rules written below
--     tracescope Examples/multi_agent.lua -- optoprime the optimizers ask for answers

local with_models = trace.args[1] == "optoprime"
local target = 100

-- The code that every agent uses. Being trainable, it is a parameter: __code:0.
local shared_function = trace.bundle("shared_function", { trainable = true, doc = "Scales the data by a parameter and adds one." },
  function(data, param)
    return data * param + 1
  end)

-- A rule in place of a model: the numbers shrink if the feedback says "smaller", otherwise they grow.
local function nudge(optimizer)
  local summary = optimizer:summary()
  local factor = summary.feedback:find("smaller") and 0.9 or 1.1
  local proposal = {}
  for _, parameter in ipairs(summary.variables) do
    if type(parameter.data) == "number" then
      proposal[parameter] = parameter.data * factor
    end
  end
  return proposal
end

local function new_optimizer(name, parameters)
  return trace.optimizer(with_models and "OptoPrime" or nudge, parameters, { name = name })
end

local function new_agent(name, param1, param2)
  local agent = { name = name }
  agent.param1 = trace.parameter(param1, { name = name .. "_param1" })
  agent.param2 = trace.parameter(param2, { name = name .. "_param2" })
  agent.process = trace.bundle(name, { traceable = true, doc = "Transforms the data with the shared function and shifts it." },
    function(data, param1, param2)
      local scaled = shared_function(data, param1)
      return scaled + param2
    end)
  agent.optimizer = new_optimizer(name, { agent.param1, agent.param2 })
  return agent
end

local agents = { new_agent("agent1", 1.0, 2.0), new_agent("agent2", 1.5, 0.5), new_agent("agent3", 2.0, 1.0) }

-- The order in which they step: each agent, each pair of neighbours, the workflow.
local optimizers, everything = {}, { shared_function.parameter }
for _, agent in ipairs(agents) do
  table.insert(optimizers, agent.optimizer)
  table.insert(everything, agent.param1)
  table.insert(everything, agent.param2)
end
for i = 1, #agents - 1 do
  local a, b = agents[i], agents[i + 1]
  table.insert(optimizers, new_optimizer("pair" .. i .. (i + 1), { a.param1, a.param2, b.param1, b.param2 }))
end
table.insert(optimizers, new_optimizer("workflow", everything))

local function judge(result)
  local size = result.data < target and "larger" or "smaller"
  return "The output should be " .. size .. ": it is to come near " .. target .. "."
end

local function optimize(result)
  local feedback = judge(result)
  for i, optimizer in ipairs(optimizers) do
    optimizer:zero_feedback()
    optimizer:backward(result, feedback, { retain_graph = i < #optimizers })
    local ok, err = pcall(optimizer.step, optimizer)
    if not ok then
      print(optimizer.name .. " did not step: " .. err.message)
    end
  end
end

local iterations, optimize_every = 4, 2
local data = trace.node(10, { name = "data" })
for i = 1, iterations do
  local result = data
  for _, agent in ipairs(agents) do
    result = agent.process(result, agent.param1, agent.param2)
  end
  print("iteration " .. i, result.data)
  if i % optimize_every == 0 then
    optimize(result)
  end
end
