"""Many objects as manifests: one ConnectInstance, one Secret, any number of ConnectUsers and assignments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connect_sim.control_client import DEFAULT_INSTANCE

NAMESPACE = "default"
INSTANCE = "support"
_API = "connect-operator.io/v1alpha1"
_SECRET = "initial-password"  # noqa: S105 - the name of a Secret, not a password

Manifest = dict[str, Any]


def instance(**spec: object) -> Manifest:
    """The simulator's first instance; `spec` is added to what is required."""
    required = {
        "instanceId": DEFAULT_INSTANCE,
        "region": "us-east-1",
        "allowedNamespaces": [{"name": NAMESPACE, "contactAssignments": "AnyUser"}],
    }
    return {
        "apiVersion": _API,
        "kind": "ConnectInstance",
        "metadata": {"name": INSTANCE},
        "spec": {**required, **spec},
    }


def secret() -> Manifest:
    """The first password of all users."""
    metadata = {"name": _SECRET, "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"password": "Made-Up-Example-1"}}


def users(count: int) -> Iterator[Manifest]:
    """Users agent-0000, agent-0001, …, each with an e-mail address."""
    for number in range(count):
        name = f"agent-{number:04}"
        yield _user(name, {"firstName": "Agent", "lastName": f"{number:04}", "email": f"{name}@example.com"})


def assignments(prefix: str, contacts: Iterable[str], user_id: str) -> Iterator[Manifest]:
    """Assignments PREFIX-0000, … of these contacts to that user."""
    for number, contact in enumerate(contacts):
        yield {
            "apiVersion": _API,
            "kind": "ConnectContactAssignment",
            "metadata": {"name": f"{prefix}-{number:04}", "namespace": NAMESPACE},
            "spec": {"instanceRef": {"name": INSTANCE}, "contactId": contact, "userId": user_id},
        }


def _user(name: str, identity: Mapping[str, str]) -> Manifest:
    return {
        "apiVersion": _API,
        "kind": "ConnectUser",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "instanceRef": {"name": INSTANCE},
            "identityInfo": dict(identity),
            "passwordSecretRef": {"name": _SECRET},
            "routingProfileName": "Basic Routing Profile",
            "securityProfileNames": ["Agent"],
        },
    }
