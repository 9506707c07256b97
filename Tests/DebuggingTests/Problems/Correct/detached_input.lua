-- The output of one stage is detached before the next one, each stage with an optimizer of its own.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local a, b = trace.parameter(1, { name = "a" }), trace.parameter(1, { name = "b" })
local first, second = trace.optimizer(grow, { a }, { name = "first" }), trace.optimizer(grow, { b }, { name = "second" })
for _ = 1, 2 do
  local middle = a * 3
  local last = middle:detach() * b
  first:zero_feedback()
  first:backward(middle, "larger")
  first:step()
  second:zero_feedback()
  second:backward(last, "larger")
  second:step()
end
