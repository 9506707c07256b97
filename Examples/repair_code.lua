-- A function that is wrong in two ways, and an optimizer that has to repair it. The code is a parameter (__code:0): every failure is fed
-- back, either as the result that was wrong or as the exception node with the error on its line, and the step writes new code.
--
--     tracescope --replay Examples/recordings/repair_code.txt Examples/repair_code.lua
--     tracescope --model NAME Examples/repair_code.lua

local median = trace.bundle("median", {
  trainable = true,
  doc = "Gives the median of a list of numbers: the middle one, or the mean of the two in the middle.",
}, function(numbers)
  local middle = numbers[(#numbers + 1) / 2]
  return middle * 1.0
end)

local cases = {
  { numbers = { 3, 1, 2 }, wanted = 2 },
  { numbers = { 4, 1, 3, 2 }, wanted = 2.5 },
  { numbers = { 7 }, wanted = 7 },
  { numbers = { -1, 5, 5, 10, -3, 8 }, wanted = 5 },
}

local fixer = trace.optimizer("OptoPrime", { median }, {
  name = "fixer",
  memory = 2,
  objective = "Repair the function, so that it does what its documentation says for every list of numbers.",
})

-- Runs one case; returns the node for the feedback and its text, or nothing if the result is right.
local function fault(case)
  local ok, result = pcall(median, case.numbers)
  if not ok then
    if not result.node then error(result) end
    return result.node, "The function failed: " .. result.node.data .. ". The result should be " .. case.wanted .. "."
  end
  if result.data ~= case.wanted then
    return result, "The result is " .. tostring(result.data) .. " and should be " .. case.wanted .. "."
  end
end

for attempt = 1, 5 do
  local node, feedback
  local passed = 0
  for _, case in ipairs(cases) do
    node, feedback = fault(case)
    if node then break end
    passed = passed + 1
  end
  print("attempt " .. attempt, passed .. " of " .. #cases .. " cases pass")
  if not node then break end
  fixer:zero_feedback()
  fixer:backward(node, feedback)
  fixer:step()
end
print(median.parameter.data)
