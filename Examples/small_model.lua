-- A task that a very small language model can solve: one number, one operation, and feedback that says which way to go. The goal is a
-- price of an apple such that ten of them cost between 60 and 130. The first argument is the kind of the optimizer.
--
-- The recordings are the answers of a real model with 135 million parameters. Such a model is often wrong, and sometimes its answer
-- cannot be used; then the workflow says so, and goes on.
--
--     tracescope --replay Examples/recordings/smollm2_optoprime.txt Examples/small_model.lua -- OptoPrime
--     tracescope --replay Examples/recordings/smollm2_textgrad.txt Examples/small_model.lua -- TextGrad
--     make model-demo                              builds and runs that model, and records it anew

local kind = trace.args[1] or "OptoPrime"
local low, high = 60, 130

local price = trace.parameter(4.0, {
  name = "price",
  description = "The price of one apple.",
  projections = { trace.range(1, 20) },
})

local total = trace.bundle("total", { doc = "Gives the price of ten apples." }, function(price)
  return price * 10
end)

-- Options that help a small model: an example of an answer; few tokens; and no JSON mode, in which it cannot stop before its braces
-- are balanced, and so goes on and on.
local tuner = trace.optimizer(kind, { price }, {
  name = "tuner",
  include_example = true,
  json_mode = false,
  temperature = 0,
  max_tokens = 120,
})

-- The fault of a total; nil if it is right.
local function fault(amount)
  if amount < low then
    return "The total is " .. amount .. " and should be " .. low .. ": the price should be larger."
  elseif amount > high then
    return "The total is " .. amount .. " and should be " .. high .. ": the price should be smaller."
  end
end

-- One step. The model may not answer, or its answer may have no price in it.
local function step()
  local ok, proposal = pcall(tuner.propose, tuner)
  if not ok then
    return "no step: " .. proposal.message
  end
  local new = proposal[price]
  tuner:update()
  return new and "the price becomes " .. new or "nothing in the answer could be taken for the price"
end

local attempts = 5
for attempt = 1, attempts do
  local result = total(price)
  local feedback = fault(result.data)
  print("attempt " .. attempt, result.data, feedback or "as it should be")
  if not feedback or attempt == attempts then break end
  tuner:zero_feedback()
  tuner:backward(result, feedback)
  print(step())
end
