-- A task that a very small language model has a chance at: one number, one operation, and feedback that says which way to go. The price
-- of an apple is to be such that ten of them cost between 60 and 130. The first argument is the kind of the optimizer.
--
-- The recordings are what a real model with 135 million parameters answered. Such a model is often wrong, and at times says nothing that
-- can be used; then the workflow says so, and goes on.
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

-- What helps a small model: an example of an answer; no JSON mode, in which it cannot stop before its braces are right, and so goes on
-- and on; and few tokens.
local tuner = trace.optimizer(kind, { price }, {
  name = "tuner",
  include_example = true,
  json_mode = false,
  temperature = 0,
  max_tokens = 120,
})

-- What is wrong with a total; nothing if it is right.
local function fault(amount)
  if amount < low then
    return "The total is " .. amount .. " and should be " .. low .. ": the price should be larger."
  elseif amount > high then
    return "The total is " .. amount .. " and should be " .. high .. ": the price should be smaller."
  end
end

-- One step. A model's answer may be none, or have nothing in it for the price.
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
