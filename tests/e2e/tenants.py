"""Tenant: somebody with a token of one namespace, by the shipped roles or by a rule that gives status as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kubernetes import client
from kubernetes.client import ApiClient

from local_cluster import LocalCluster
from local_cluster.readiness import wait_until
from local_stack import Objects
from local_stack.objects import Object, condition, has_reason

from .manifests import a_connect_user
from .stage import FINALIZER, Stage

SHIPPED = ("connect-operator-view", "connect-operator-edit")
"""The ClusterRoles that aggregation gives to everybody who has `edit` in a namespace."""

EVERYTHING = [{"apiGroups": ["connect-operator.io"], "resources": ["*"], "verbs": ["*"]}]
"""What people write who do not list resources: status and finalizers as well."""


@dataclass(frozen=True)
class Tenant:
    """`objects` are as this person's token lets them."""

    namespace: str
    objects: Objects

    def apply(self, stage: Stage, name: str, *, held: bool = False, **spec: object) -> Object:
        """Apply a complete ConnectUser, but for these members of its spec; `held`: with our finalizer, by hand."""
        manifest = a_connect_user(self.namespace, name, stage.instance, **spec)
        if held:
            manifest["metadata"]["finalizers"] = [FINALIZER]
        return self.objects.apply(manifest)

    def forge(self, name: str, status: dict[str, Any] | None) -> None:
        """Write that into the status of a ConnectUser."""
        self.objects.patch("ConnectUser", self.namespace, name, {"status": status}, subresource="status")

    def delete(self, name: str) -> None:
        """Delete a ConnectUser."""
        self.objects.delete("ConnectUser", self.namespace, name)

    def wait(self, name: str, holds: Callable[[Object | None], bool], timeout: float = 300.0) -> Object:
        """Wait until the ConnectUser is so."""
        return self.objects.wait("ConnectUser", self.namespace, name, holds, timeout=timeout) or {}

    def wait_reason(self, name: str, reason: str, timeout: float = 300.0) -> str:
        """Wait until Ready has that reason; returns its message."""
        return str(condition(self.wait(name, has_reason(reason), timeout), "Ready")["message"])

    def wait_gone(self, name: str, timeout: float = 300.0) -> None:
        """Wait until the ConnectUser does not exist any more."""
        self.wait(name, lambda found: found is None, timeout)


def a_tenant(
    cluster: LocalCluster, admin: ApiClient, namespace: str, *, name: str, status_too: bool, manager: str = ""
) -> Tenant:
    """Make one: a ServiceAccount of that namespace, bound there to the shipped roles, or to a rule with a star.

    `manager`: the field manager, by default the tenant's own name.
    """
    client.CoreV1Api(admin).create_namespaced_service_account(namespace, {"metadata": {"name": name}})
    rbac = client.RbacAuthorizationV1Api(admin)
    if status_too:
        rbac.create_namespaced_role(namespace, {"metadata": {"name": name}, "rules": EVERYTHING})
    roles = [("Role", name)] if status_too else [("ClusterRole", role) for role in SHIPPED]
    for kind, role in roles:
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role}
        subject = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
        binding = {"metadata": {"name": f"{name}-{role}"}, "roleRef": reference, "subjects": [subject]}
        rbac.create_namespaced_role_binding(namespace, binding)
    api = cluster.api_client(cluster.kubeconfig_for_service_account(namespace, name))
    review = {"spec": {"resourceAttributes": _what("connectusers", namespace)}}
    reviews = client.AuthorizationV1Api(api)
    assert wait_until(lambda: bool(reviews.create_self_subject_access_review(review).status.allowed), 60)
    beside = {"spec": {"resourceAttributes": {**_what("connectusers", namespace), "subresource": "status"}}}
    assert bool(reviews.create_self_subject_access_review(beside).status.allowed) is status_too
    return Tenant(namespace, Objects(api, manager=manager or name))


def admit(stage: Stage, *entries: dict[str, Any], **spec: object) -> None:
    """Apply the ConnectInstance with these entries beside the test's own namespace."""
    stage.apply_instance(allowedNamespaces=[{"name": stage.namespace}, *entries], **spec)


def _what(resource: str, namespace: str) -> dict[str, str]:
    return {"verb": "patch", "group": "connect-operator.io", "resource": resource, "namespace": namespace}
