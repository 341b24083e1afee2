"""A Kubernetes operator that keeps Amazon Connect users exactly as YAML manifests say."""
