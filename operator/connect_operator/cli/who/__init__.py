"""`connect-operator who`: who holds which profiles, in which groups, managed by a manifest or not."""
