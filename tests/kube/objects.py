"""What people and other programs do to our objects, by the official synchronous client. Nothing of the operator's."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, cast

from kubernetes.client import ApiClient, ApiException, CoreV1Api, CustomObjectsApi

from connect_operator.domain.kinds.assignment import ConnectContactAssignment, parse_assignment
from connect_operator.domain.kinds.objects import (
    GROUP,
    VERSION,
    ConnectInstance,
    ConnectUser,
    parse_instance,
    parse_user,
)

Raw = dict[str, Any]
SPEC: Raw = {"instanceRef": {"name": "support"}, "routingProfileName": "Basic", "securityProfileNames": ["Agent"]}
INSTANCE_SPEC: Raw = {
    "instanceId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    "region": "us-east-1",
    "allowedNamespaces": [{"name": "*"}],
}
ASSIGNMENT_SPEC: Raw = {"instanceRef": {"name": "support"}, "contactId": "2c8e", "userRef": {"name": "jdoe"}}


def manifest(kind: str, name: str, spec: Raw) -> Raw:
    return {"apiVersion": f"{GROUP}/{VERSION}", "kind": kind, "metadata": {"name": name}, "spec": spec}


@dataclass(frozen=True)
class Objects:
    """ConnectUsers and ConnectContactAssignments of one namespace, ConnectInstances, Secrets and Events."""

    client: ApiClient
    namespace: str

    def create_user(self, name: str = "jdoe", **spec: object) -> ConnectUser:
        body = manifest("ConnectUser", name, {**SPEC, **spec})
        return parse_user(self._custom.create_namespaced_custom_object(*self._users, body))

    def user(self, name: str = "jdoe") -> Raw:
        return cast("Raw", self._custom.get_namespaced_custom_object(*self._users, name))

    def patch_user(self, patch: Raw, name: str = "jdoe") -> ConnectUser:
        """A merge patch."""
        return parse_user(self._custom.patch_namespaced_custom_object(*self._users, name, patch))

    def json_patch(self, *operations: Raw, name: str = "jdoe", subresource: str = "") -> bool:
        """Whether the patch was accepted, and not refused because of another writer."""
        method = "patch_namespaced_custom_object" + (f"_{subresource}" if subresource else "")
        try:
            getattr(self._custom, method)(
                *self._users, name, list(operations), _content_type="application/json-patch+json"
            )
        except ApiException as error:
            if error.status not in {409, 422}:
                raise
            return False
        return True

    def delete_user(self, name: str = "jdoe") -> None:
        self._custom.delete_namespaced_custom_object(*self._users, name)

    def create_assignment(self, name: str = "hand-over", **spec: object) -> ConnectContactAssignment:
        body = manifest("ConnectContactAssignment", name, {**ASSIGNMENT_SPEC, **spec})
        return parse_assignment(self._custom.create_namespaced_custom_object(*self._assignments, body))

    def assignment(self, name: str = "hand-over") -> Raw:
        return cast("Raw", self._custom.get_namespaced_custom_object(*self._assignments, name))

    def assignment_names(self) -> set[str]:
        found = self._custom.list_namespaced_custom_object(*self._assignments)
        return {item["metadata"]["name"] for item in found["items"]}

    def patch_assignment(self, patch: Raw, name: str = "hand-over") -> ConnectContactAssignment:
        """A merge patch of everything but status."""
        return parse_assignment(self._custom.patch_namespaced_custom_object(*self._assignments, name, patch))

    def patch_assignment_status(self, status: Raw, name: str = "hand-over") -> ConnectContactAssignment:
        """A merge patch of status, as another copy of the operator might write it."""
        body = {"status": status}
        return parse_assignment(self._custom.patch_namespaced_custom_object_status(*self._assignments, name, body))

    def delete_assignment(self, name: str = "hand-over") -> None:
        self._custom.delete_namespaced_custom_object(*self._assignments, name)

    def create_instance(self, name: str) -> ConnectInstance:
        body = manifest("ConnectInstance", name, INSTANCE_SPEC)
        return parse_instance(self._custom.create_cluster_custom_object(GROUP, VERSION, "connectinstances", body))

    def instance(self, name: str) -> Raw:
        return cast("Raw", self._custom.get_cluster_custom_object(GROUP, VERSION, "connectinstances", name))

    def patch_instance(self, name: str, patch: Raw) -> ConnectInstance:
        raw = self._custom.patch_cluster_custom_object(GROUP, VERSION, "connectinstances", name, patch)
        return parse_instance(raw)

    def delete_instance(self, name: str) -> None:
        self._custom.delete_cluster_custom_object(GROUP, VERSION, "connectinstances", name)

    def create_secret(self, name: str, data: dict[str, bytes]) -> None:
        encoded = {key: base64.b64encode(value).decode() for key, value in data.items()}
        CoreV1Api(self.client).create_namespaced_secret(self.namespace, {"metadata": {"name": name}, "data": encoded})

    def events(self, uid: str, namespace: str | None = None) -> list[Any]:
        """The Events about an object, oldest first, as `kubectl describe` asks for them."""
        selector = f"involvedObject.uid={uid}"
        core = CoreV1Api(self.client)
        found = core.list_namespaced_event(namespace or self.namespace, field_selector=selector).items
        return sorted(found, key=lambda event: (event.first_timestamp, event.metadata.creation_timestamp))

    def delete_event(self, name: str) -> None:
        CoreV1Api(self.client).delete_namespaced_event(name, self.namespace)

    def namespace_uid(self, name: str) -> str:
        return str(CoreV1Api(self.client).read_namespace(name).metadata.uid)

    @property
    def _custom(self) -> Any:  # noqa: ANN401 - the official client is untyped
        return CustomObjectsApi(self.client)

    @property
    def _users(self) -> tuple[str, str, str, str]:
        return GROUP, VERSION, self.namespace, "connectusers"

    @property
    def _assignments(self) -> tuple[str, str, str, str]:
        return GROUP, VERSION, self.namespace, "connectcontactassignments"
