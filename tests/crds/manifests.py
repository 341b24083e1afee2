"""Builders: the smallest valid manifests, and changes to them. Cases say only what they are about."""

from __future__ import annotations

import copy
from typing import Any

Manifest = dict[str, Any]

API_VERSION = "connect-operator.io/v1alpha1"
INSTANCE_ID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
INSTANCE_ARN = f"arn:aws:connect:us-east-1:123456789012:instance/{INSTANCE_ID}"
CONTACT_ID = "2c8e9f10-5d3b-4a77-9c41-d0a7b6e5f432"


def merged(base: Any, change: Any) -> Any:  # noqa: ANN401 - JSON values
    """`base` with a JSON merge patch (RFC 7386) applied: null removes, blocks merge, anything else replaces."""
    if not isinstance(change, dict):
        return copy.deepcopy(change)
    result = dict(base) if isinstance(base, dict) else {}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def a_user(name: str = "jdoe", **spec: Any) -> Manifest:  # noqa: ANN401 - JSON values
    """The smallest valid ConnectUser, its spec changed by a merge patch."""
    minimal = {
        "instanceRef": {"name": "support"},
        "routingProfileName": "Basic Routing Profile",
        "securityProfileNames": ["Agent"],
    }
    return {
        "apiVersion": API_VERSION,
        "kind": "ConnectUser",
        "metadata": {"name": name},
        "spec": merged(minimal, spec),
    }


def an_instance(name: str = "support", **spec: Any) -> Manifest:  # noqa: ANN401 - JSON values
    """The smallest valid ConnectInstance, its spec changed by a merge patch."""
    minimal = {"instanceId": INSTANCE_ID, "allowedNamespaces": [{"name": "team-a"}]}
    return {
        "apiVersion": API_VERSION,
        "kind": "ConnectInstance",
        "metadata": {"name": name},
        "spec": merged(minimal, spec),
    }


def an_assignment(name: str = "hand-over", **spec: Any) -> Manifest:  # noqa: ANN401 - JSON values
    """The smallest valid ConnectContactAssignment, its spec changed by a merge patch."""
    minimal = {"instanceRef": {"name": "support"}, "contactId": CONTACT_ID, "userRef": {"name": "jdoe"}}
    return {
        "apiVersion": API_VERSION,
        "kind": "ConnectContactAssignment",
        "metadata": {"name": name},
        "spec": merged(minimal, spec),
    }
