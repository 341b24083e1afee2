"""Objects that the tests of roles and policies apply."""

from __future__ import annotations

from typing import Any

Manifest = dict[str, Any]
API_VERSION = "connect-operator.io/v1alpha1"


def a_user(namespace: str, name: str = "jane.doe", *, instance: str = "support", **metadata: Any) -> Manifest:  # noqa: ANN401 - JSON
    """A ConnectUser that is right; `metadata` is added to its own."""
    return {
        "apiVersion": API_VERSION,
        "kind": "ConnectUser",
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "spec": {
            "instanceRef": {"name": instance},
            "identityInfo": {"firstName": "Jane", "lastName": "Doe", "email": "jane.doe@example.com"},
            "passwordSecretRef": {"name": "initial-password"},
            "routingProfileName": "Basic Routing Profile",
            "securityProfileNames": ["Agent"],
        },
    }


def an_assignment(namespace: str, name: str = "invoice", **metadata: Any) -> Manifest:  # noqa: ANN401 - JSON
    """A ConnectContactAssignment that is right."""
    return {
        "apiVersion": API_VERSION,
        "kind": "ConnectContactAssignment",
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "spec": {"instanceRef": {"name": "support"}, "contactId": "2c8e", "userRef": {"name": "jane.doe"}},
    }


def an_instance(name: str = "support", **spec: Any) -> Manifest:  # noqa: ANN401 - JSON
    """A ConnectInstance that is right."""
    wanted = {
        "instanceId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
        "region": "us-east-1",
        "allowedNamespaces": [{"name": "*"}],
    }
    return {
        "apiVersion": API_VERSION,
        "kind": "ConnectInstance",
        "metadata": {"name": name},
        "spec": {**wanted, **spec},
    }
