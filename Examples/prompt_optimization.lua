-- Two prompts are optimized by their results: a system prompt, and a format for every message. A language model sorts messages to a
-- shop into four kinds; a metric counts the right answers and lists the wrong ones. That is the feedback.
--
--     tracescope --replay Examples/recordings/prompt_optimization.txt Examples/prompt_optimization.lua
--     tracescope --model NAME Examples/prompt_optimization.lua

local messages = {
  { "I was charged twice for my last order.", "billing" },
  { "The parcel still has not come.", "shipping" },
  { "These shoes are too small, I want to send them back.", "return" },
  { "Do you also sell gift cards?", "question" },
}

local system = trace.parameter("You read messages to a shop.", { name = "system", description = "What the model is told before anything else." })
local format = trace.parameter("{}\nWhat is this about?", {
  name = "format",
  description = "The text that a message is put into.",
  constraint = "It holds {} once, where the message goes.",
  projections = { function(text)
    local _, count = text:gsub("{}", "")
    if count == 1 then return true end
    return nil, "it must hold {} once"
  end },
})

local tuner = trace.optimizer("OptoPrimeV2", { system, format }, {
  name = "tuner",
  memory = 2,
  objective = "Change the prompts so that every answer is the one word that is wanted, and nothing else.",
})

local score = trace.bundle("score", { doc = "Counts the answers that are what is wanted." }, function(answers)
  local right = 0
  for i, message in ipairs(messages) do
    if answers[i] == message[2] then right = right + 1 end
  end
  return right
end)

-- The metric's verdict on some answers.
local function verdict(answers)
  local lines = {}
  for i, message in ipairs(messages) do
    if answers[i].data ~= message[2] then
      lines[#lines + 1] = ("To “%s” the answer was “%s”, and “%s” is wanted."):format(message[1], answers[i].data, message[2])
    end
  end
  return lines
end

for epoch = 1, 3 do
  local answers = {}
  for i, message in ipairs(messages) do
    answers[i] = trace.llm(format:format(message[1]), { system = system, temperature = 0 })
  end
  local result = score(answers)
  print("epoch " .. epoch, result.data .. " of " .. #messages)
  local wrong = verdict(answers)
  if #wrong == 0 then break end
  tuner:zero_feedback()
  tuner:backward(result, table.concat(wrong, "\n"))
  tuner:step()
end
print(system.data)
print(format.data)
