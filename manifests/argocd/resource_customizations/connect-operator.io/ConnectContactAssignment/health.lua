-- It runs once, like a Job: the phase says how it is.
local health = {status = "Progressing", message = "the operator has not seen it yet"}
if obj.status == nil then
  return health
end
for _, condition in ipairs(obj.status.conditions or {}) do
  if condition.type == "Complete" then
    health.message = condition.reason .. ": " .. (condition.message or "")
  end
end
if obj.metadata.deletionTimestamp ~= nil then
  return health
end
if obj.status.phase == "Assigned" then
  health.status = "Healthy"
elseif obj.status.phase == "Failed" then
  health.status = "Degraded"
end
return health
