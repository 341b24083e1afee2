"""The kinds as Kubernetes stores them: manifests, status, whole objects, and the registry that lists them."""
