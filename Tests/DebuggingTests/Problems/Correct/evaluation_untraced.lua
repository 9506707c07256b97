-- The same with tracing switched off for the evaluation.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
local function evaluate()
  return trace.no_trace(function()
    local sum = 0
    for x = 1, 5 do sum = sum + (p * x).data end
    return sum
  end)
end
local before = evaluate()
local y = p * 2
o:zero_feedback()
o:backward(y, "larger")
o:step()
assert(evaluate() > before)
