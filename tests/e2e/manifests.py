"""Builders of manifests: complete and valid by themselves, so that a test names only what it is about."""

from __future__ import annotations

import base64
from typing import Any

Manifest = dict[str, Any]

API_VERSION = "connect-operator.io/v1alpha1"
# No test may find this text anywhere but in the Secret.
PASSWORD = "Rumpelst1lzchen-is-my-name"
# Far above what a test needs: only tests of the quota wait for it.
UNLIMITED = {"default": {"rate": 1000, "burst": 1000}}


def a_connect_instance(name: str, instance_id: str, **spec: object) -> Manifest:
    """A ConnectInstance that every namespace may use, for contacts to any user; a member of None is left out."""
    wanted = {
        "instanceId": instance_id,
        "allowedNamespaces": [{"name": "*", "contactAssignments": "AnyUser"}],
        "allowedAdoptionPolicies": ["Never", "IfUnowned"],
        "apiRates": UNLIMITED,
        **spec,
    }
    return {
        "apiVersion": API_VERSION,
        "kind": "ConnectInstance",
        "metadata": {"name": name},
        "spec": _without_none(wanted),
    }


def a_connect_user(namespace: str, name: str, instance: str, **spec: object) -> Manifest:
    """A ConnectUser as a CONNECT_MANAGED instance wants it; a member of None is left out."""
    wanted = {
        "instanceRef": {"name": instance},
        "identityInfo": an_identity(name),
        "passwordSecretRef": {"name": "password"},
        "routingProfileName": "Basic Routing Profile",
        "securityProfileNames": ["Agent"],
        **spec,
    }
    return {
        "apiVersion": API_VERSION,
        "kind": "ConnectUser",
        "metadata": {"namespace": namespace, "name": name},
        "spec": _without_none(wanted),
    }


def an_identity(name: str, **members: str | None) -> dict[str, str]:
    """spec.identityInfo with what an instance requires; a member of None is left out."""
    wanted = {"firstName": "Ada", "lastName": "Lovelace", "email": f"{name}@example.com", **members}
    return {key: value for key, value in wanted.items() if value is not None}


def a_password_secret(namespace: str, name: str = "password", **data: str) -> Manifest:
    """A Secret; with the password under the key `password` unless other data is given."""
    content = data or {"password": PASSWORD}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"namespace": namespace, "name": name},
        "data": {key: base64.b64encode(value.encode()).decode() for key, value in content.items()},
    }


def _without_none(members: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in members.items() if value is not None}
