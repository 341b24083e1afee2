-- Ready says how it is, Stalled whether it waits for a person.
local health = {status = "Progressing", message = "the operator has not seen it yet"}
local ready, stalled = nil, false
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    if condition.type == "Ready" then
      ready = condition
    elseif condition.type == "Stalled" then
      stalled = condition.status == "True"
    end
  end
end
if ready == nil then
  return health
end
health.message = ready.reason .. ": " .. (ready.message or "")
if obj.metadata.deletionTimestamp ~= nil then
  return health
end
if obj.status.observedGeneration ~= obj.metadata.generation then
  health.message = "the operator has not seen the last edit yet"
elseif ready.reason == "Suspended" then
  health.status = "Suspended"
elseif ready.status == "True" then
  health.status = "Healthy"
elseif stalled then
  health.status = "Degraded"
end
return health
