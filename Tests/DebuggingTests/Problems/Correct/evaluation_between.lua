-- Runs for evaluation stand between those for training, and get no feedback.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local p = trace.parameter(1, { name = "p" })
local o = trace.optimizer(grow, { p }, { name = "o" })
local function forward(x) return p * x end
for i = 1, 3 do
  local y = forward(i)
  o:zero_feedback()
  o:backward(y, "larger")
  o:step()
  local score = 0
  for x = 1, 5 do score = score + forward(x).data end
  print("score", score)
end
