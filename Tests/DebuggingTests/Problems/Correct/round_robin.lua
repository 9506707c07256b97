-- A round for each optimizer, in turn: nobody else's feedback is in the way.

local function grow(optimizer)
  local proposal = {}
  for _, parameter in ipairs(optimizer:summary().variables) do
    if math.type(parameter.data) then proposal[parameter] = parameter.data + 1 end
  end
  return proposal
end

local ps, os = {}, {}
for i = 1, 3 do
  ps[i] = trace.parameter(i, { name = "p" .. i })
  os[i] = trace.optimizer(grow, { ps[i] }, { name = "o" .. i })
end
for round = 0, 8 do
  local y = ps[1] + ps[2] + ps[3]
  local o = os[round % 3 + 1]
  for _, other in ipairs(os) do other:zero_feedback() end
  o:backward(y, "larger")
  o:step()
end
assert(ps[1].data == 4)
