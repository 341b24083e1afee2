"""Objects in the cluster as the operator would have left them: with finalizers and a status, without the operator."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Any

from kubernetes.client import ApiClient, ApiException, CoreV1Api, CustomObjectsApi

from local_stack import Objects

GROUP, VERSION = "connect-operator.io", "v1alpha1"
FINALIZER = f"{GROUP}/user"
Manifest = dict[str, Any]
WHEN = "2026-01-02T03:04:05Z"


@dataclass
class InCluster:
    """One namespace, and the ConnectInstances of one test; `clear` leaves nothing that another test would see."""

    api: ApiClient
    namespace: str
    instances: list[str] = field(default_factory=list)

    @property
    def cluster_id(self) -> str:
        """The UID of kube-system, the cluster's part of owner tags."""
        return str(CoreV1Api(self.api).read_namespace("kube-system").metadata.uid)

    def apply(self, manifest: Manifest) -> Manifest:
        """Apply as kubectl does; users and assignments into the namespace of the test."""
        manifest = {**manifest, "metadata": dict(manifest["metadata"])}
        if manifest["kind"] == "ConnectInstance":
            self.instances.append(manifest["metadata"]["name"])
        else:
            manifest["metadata"]["namespace"] = self.namespace
        return Objects(self.api).apply(manifest)

    def put_secret(self, name: str, **keys: str) -> None:
        """A Secret with these keys."""
        CoreV1Api(self.api).create_namespaced_secret(self.namespace, {"metadata": {"name": name}, "stringData": keys})

    def owner(self, applied: Manifest) -> str:
        """The owner tag of an object."""
        metadata = applied["metadata"]
        return f"{self.cluster_id}/{metadata['uid']}/{self.namespace}/{metadata['name']}"

    def hold(self, name: str) -> None:
        """Put the operator's finalizer on."""
        Objects(self.api).patch("ConnectUser", self.namespace, name, {"metadata": {"finalizers": [FINALIZER]}})

    def delete(self, name: str) -> None:
        """Ask for the deletion of a user."""
        Objects(self.api).delete("ConnectUser", self.namespace, name)

    def report(self, name: str, reason: str, message: str = "", **status: Any) -> None:  # noqa: ANN401 - JSON values
        """Write a user's status with that reason, for its present generation."""
        found = Objects(self.api).get("ConnectUser", self.namespace, name) or {}
        generation = found["metadata"]["generation"]
        body = {"status": {**status, "conditions": [a_condition(reason, message, generation)]}}
        self._custom.patch_namespaced_custom_object_status(GROUP, VERSION, self.namespace, "connectusers", name, body)

    def report_instance(self, name: str, reason: str, message: str = "", **status: Any) -> None:  # noqa: ANN401 - JSON values
        """Likewise for a ConnectInstance."""
        body = {"status": {**status, "conditions": [a_condition(reason, message, 1)]}}
        self._custom.patch_cluster_custom_object_status(GROUP, VERSION, "connectinstances", name, body)

    def report_assignment(self, name: str, phase: str, reason: str, message: str = "") -> None:
        """Write an assignment's status with that phase, which is final unless it is Pending."""
        complete = {**a_condition(reason, message, 1), "type": "Complete", "status": str(phase == "Assigned")}
        status: Manifest = {"phase": phase, "conditions": [complete]}
        if phase == "Failed":
            status["conditions"].append({**complete, "type": "Failed", "status": "True"})
        if phase != "Pending":
            status["completionTime"] = WHEN
        change = {"status": status}
        Objects(self.api).patch("ConnectContactAssignment", self.namespace, name, change, subresource="status")

    def clear(self) -> None:
        """Remove everything, finalizers or not."""
        objects = Objects(self.api)
        for user in objects.every("ConnectUser", self.namespace):
            self._remove("ConnectUser", self.namespace, user["metadata"]["name"])
        for assignment in objects.every("ConnectContactAssignment", self.namespace):
            self._remove("ConnectContactAssignment", self.namespace, assignment["metadata"]["name"])
        for name in self.instances:
            self._remove("ConnectInstance", None, name)

    def _remove(self, kind: str, namespace: str | None, name: str) -> None:
        objects = Objects(self.api)
        with contextlib.suppress(ApiException):  # gone by now
            objects.delete(kind, namespace, name)
            objects.patch(kind, namespace, name, {"metadata": {"finalizers": None}})

    @property
    def _custom(self) -> Any:  # noqa: ANN401 - the official client is untyped
        return CustomObjectsApi(self.api)


def a_condition(reason: str, message: str, generation: int) -> Manifest:
    """The Ready condition of that reason."""
    return {
        "type": "Ready",
        "status": "True" if reason in ("Available", "DriftPending", "Observing", "Suspended") else "False",
        "reason": reason,
        "message": message,
        "lastTransitionTime": WHEN,
        "observedGeneration": generation,
    }
