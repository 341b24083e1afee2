"""Kubernetes behind the engine's ports: watching, status, finalizers, Secrets, Events."""
