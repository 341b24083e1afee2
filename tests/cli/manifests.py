"""Builders of manifests: complete and valid by themselves, so that a test names only what it is about."""

from __future__ import annotations

from typing import Any

Manifest = dict[str, Any]

API = "connect-operator.io/v1alpha1"
OWNER = "connect-operator.io/owner"
# Far above what a test needs: only tests of the quota wait for it.
GRANT = {"allowedAdoptionPolicies": ["Never", "IfUnowned"]}
UNLIMITED = {"default": {"rate": 1000, "burst": 1000}}


def an_instance(instance_id: str, name: str = "support", **spec: Any) -> Manifest:  # noqa: ANN401 - JSON values
    """A ConnectInstance that every namespace may use, also to take over users without owner."""
    wanted = {"instanceId": instance_id, "region": "us-east-1", "allowedNamespaces": [{"name": "*"}], **GRANT, **spec}
    return _manifest("ConnectInstance", {"name": name}, wanted | {"apiRates": UNLIMITED})


def a_user(name: str, namespace: str = "team-a", **spec: Any) -> Manifest:  # noqa: ANN401 - JSON values
    """A ConnectUser as a CONNECT_MANAGED instance wants it; a member of None is left out."""
    wanted = {
        "instanceRef": {"name": "support"},
        "identityInfo": {"firstName": "Jane", "lastName": "Doe", "email": f"{name}@example.com"},
        "passwordSecretRef": {"name": "initial-password"},
        "routingProfileName": "Basic Routing Profile",
        "securityProfileNames": ["Agent"],
        **spec,
    }
    given = {key: value for key, value in wanted.items() if value is not None}
    return _manifest("ConnectUser", {"name": name, "namespace": namespace}, given)


def an_assignment(name: str, **spec: Any) -> Manifest:  # noqa: ANN401 - JSON values
    """A ConnectContactAssignment without a namespace, as a team keeps it."""
    wanted = {"instanceRef": {"name": "support"}, "contactId": "2c8e9f10", "userRef": {"name": "jdoe"}, **spec}
    return _manifest("ConnectContactAssignment", {"name": name}, wanted)


def _manifest(kind: str, metadata: dict[str, str], spec: Manifest) -> Manifest:
    return {"apiVersion": API, "kind": kind, "metadata": metadata, "spec": spec}
