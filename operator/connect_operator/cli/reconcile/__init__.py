"""`connect-operator reconcile`: have an object looked at now, and wait until it was."""
