"""Builders of manifests: complete and valid by themselves, so that a test names only what it is about."""

from __future__ import annotations

from typing import Any

Manifest = dict[str, Any]

API_VERSION = "connect-operator.io/v1alpha1"
# Made up; no test may find this text anywhere but in the Secret.
PASSWORD = "Tr1stram-und-Isolde"
SECRET = "first-password"
# Far above what a test needs: only tests of the quota wait for it.
UNLIMITED = {"default": {"rate": 1000, "burst": 1000}}


def a_connect_instance(name: str, instance_id: str, **spec: object) -> Manifest:
    """A ConnectInstance that every namespace may use, observed as often as the schema allows."""
    wanted = {
        "instanceId": instance_id,
        "allowedNamespaces": [{"name": "*"}],
        "allowedAdoptionPolicies": ["Never", "IfUnowned"],
        "driftCheckInterval": "10s",
        "detailCheckInterval": "10s",
        "apiRates": UNLIMITED,
        **spec,
    }
    return _object("ConnectInstance", {"name": name}, wanted)


def a_connect_user(namespace: str, name: str, instance: str, **spec: object) -> Manifest:
    """A ConnectUser that a CONNECT_MANAGED instance accepts; a member of None is left out."""
    wanted = {
        "instanceRef": {"name": instance},
        "identityInfo": an_identity(name),
        "passwordSecretRef": {"name": SECRET},
        "routingProfileName": "Basic Routing Profile",
        "securityProfileNames": ["Agent"],
        **spec,
    }
    return _object("ConnectUser", {"namespace": namespace, "name": name}, wanted)


def an_identity(name: str, **members: str | None) -> dict[str, str]:
    """spec.identityInfo with what an instance requires; a member of None is left out."""
    wanted = {"firstName": "Ada", "lastName": "Lovelace", "email": f"{name}@example.com", **members}
    return {key: value for key, value in wanted.items() if value is not None}


def a_password_secret(namespace: str, password: str = PASSWORD) -> Manifest:
    """The Secret that a_connect_user refers to."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"namespace": namespace, "name": SECRET},
        "stringData": {"password": password},
    }


def _object(kind: str, metadata: dict[str, str], spec: dict[str, Any]) -> Manifest:
    kept = {key: value for key, value in spec.items() if value is not None}
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": kept}
