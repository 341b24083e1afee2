-- Any new value will do; status.lastHandledReconcileAt answers with it.
local os = require("os")
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["connect-operator.io/reconcile-requested-at"] = os.date("!%Y-%m-%dT%XZ")
return obj
