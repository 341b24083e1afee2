"""Rights that an administrator gives the operator namespace by namespace, as the samples show them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from kubernetes.client import ApiClient, ApiException, AuthorizationV1Api, RbacAuthorizationV1Api

from local_cluster.readiness import wait_until

_SAMPLES = Path(__file__).parents[2] / "manifests" / "samples"
_CONFLICT = 409
_SECONDS = 300.0


def let_read_secrets(admin: ApiClient, namespace: str) -> None:
    """Bind the operator's role for Secrets in that namespace; returns when the API server heeds it."""
    _bind(admin, namespace, "allow-reading-secrets.yaml", "get")


def let_generate_secrets(admin: ApiClient, namespace: str) -> None:
    """Likewise the role for Secrets that it makes itself."""
    _bind(admin, namespace, "allow-generating-secrets.yaml", "create")


def _bind(admin: ApiClient, namespace: str, sample: str, verb: str) -> None:
    binding: dict[str, Any] = yaml.safe_load((_SAMPLES / sample).read_text())
    binding["metadata"]["namespace"] = namespace
    try:
        RbacAuthorizationV1Api(admin).create_namespaced_role_binding(namespace, binding)
    except ApiException as error:
        if error.status != _CONFLICT:  # it is there
            raise
    subject = binding["subjects"][0]
    attributes = {"verb": verb, "resource": "secrets", "namespace": namespace}
    user = f"system:serviceaccount:{subject['namespace']}:{subject['name']}"
    review = {"spec": {"user": user, "resourceAttributes": attributes}}
    reviews = AuthorizationV1Api(admin)
    if not wait_until(lambda: bool(reviews.create_subject_access_review(review).status.allowed), _SECONDS):
        raise TimeoutError(f"{user} may still not {verb} Secrets in {namespace}")
