"""`connect-operator plan`: what would change in Connect, decided by the operator's own checklists, without a write."""
