-- Epochs over batches; the losses of a batch are added up, and the batch gets one backward.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local w, b = trace.parameter(1.0, { name = "w" }), trace.parameter(0.0, { name = "b" })
local o = trace.optimizer(grow, { w, b }, { name = "o" })
local batches = { { 1, 2 }, { 3, 4 }, { 5 } }
for epoch = 1, 3 do
  for _, batch in ipairs(batches) do
    local total
    for _, x in ipairs(batch) do
      local y = w * x + b
      total = total and total + y or y
    end
    o:zero_feedback()
    o:backward(total, "larger")
    o:step()
  end
end
assert(w.data == 10.0)
