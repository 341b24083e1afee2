"""`connect-operator import`: an existing instance as manifests that are ready to be committed."""
