"""Objects of this project's kinds, Secrets and RoleBindings, through the official client: apply, read, delete, wait."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from kubernetes import client

_GROUP, _VERSION = "connect-operator.io", "v1alpha1"
_PLURALS = {
    "ConnectUser": "connectusers",
    "ConnectInstance": "connectinstances",
    "ConnectContactAssignment": "connectcontactassignments",
}
_ROOTS = {**dict.fromkeys(_PLURALS, f"/apis/{_GROUP}/{_VERSION}"), "RoleBinding": "/apis/rbac.authorization.k8s.io/v1"}
_APPLY = "application/apply-patch+yaml"

Object = dict[str, Any]


class Objects:
    """The objects of this project's kinds, and Secrets. `manager` is the field manager of what is applied."""

    def __init__(self, api: client.ApiClient, *, manager: str = "kubectl") -> None:
        self._api = api
        self._manager = manager

    def apply(self, manifest: Mapping[str, Any], *, dry_run: bool = False) -> Object:
        """Server-side apply of one manifest; raises kubernetes' ApiException when it is refused."""
        metadata = manifest["metadata"]
        path = self._path(manifest["kind"], metadata.get("namespace"), metadata["name"])
        query = [("fieldManager", self._manager), ("force", "true"), ("fieldValidation", "Strict")]
        query += [("dryRun", "All")] if dry_run else []
        return self._call("PATCH", path, query=query, body=dict(manifest), content_type=_APPLY)

    def patch(
        self, kind: str, namespace: str | None, name: str, change: Mapping[str, Any], *, subresource: str = ""
    ) -> Object:
        """JSON merge patch."""
        path = self._path(kind, namespace, name) + (f"/{subresource}" if subresource else "")
        return self._call("PATCH", path, body=dict(change), content_type="application/merge-patch+json")

    def get(self, kind: str, namespace: str | None, name: str) -> Object | None:
        """The object, None when there is none."""
        try:
            return self._call("GET", self._path(kind, namespace, name))
        except client.ApiException as error:
            if error.status == 404:  # noqa: PLR2004 - HTTP's own number
                return None
            raise

    def every(self, kind: str, namespace: str | None = None) -> list[Object]:
        """All objects of that kind."""
        items: list[Object] = self._call("GET", self._path(kind, namespace, ""))["items"]
        return items

    def delete(self, kind: str, namespace: str | None, name: str) -> None:
        """Ask for deletion; does not wait."""
        self._call("DELETE", self._path(kind, namespace, name))

    def events(self, namespace: str) -> list[Object]:
        """The Events of a namespace."""
        items: list[Object] = self._call("GET", f"/api/v1/namespaces/{namespace}/events")["items"]
        return items

    def wait(
        self,
        kind: str,
        namespace: str | None,
        name: str,
        holds: Callable[[Object | None], bool],
        *,
        timeout: float = 300.0,
    ) -> Object | None:
        """Wait until the object (None: gone) is as `holds` says; raises TimeoutError that shows it as it is."""
        deadline = time.monotonic() + timeout
        while True:
            found = self.get(kind, namespace, name)
            if holds(found):
                return found
            if time.monotonic() > deadline:
                status = found.get("status") if found else None
                raise TimeoutError(f"{kind} {namespace}/{name} after {timeout:g} s: {status or found}")
            time.sleep(0.05)

    def _path(self, kind: str, namespace: str | None, name: str) -> str:
        plural = _PLURALS.get(kind, kind.lower() + "s")
        root = _ROOTS.get(kind, "/api/v1")
        middle = f"/namespaces/{namespace}" if namespace else ""
        return f"{root}{middle}/{plural}{'/' + name if name else ''}"

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: list[tuple[str, str]] | None = None,
        body: Object | None = None,
        content_type: str = "application/json",
    ) -> Object:
        headers = {"Accept": "application/json", "Content-Type": content_type}
        parameters = self._api.param_serialize(
            method, path, query_params=query or [], header_params=headers, body=body, auth_settings=["BearerToken"]
        )
        answer = self._api.call_api(*parameters)
        answer.read()
        text = answer.data.decode()
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP's own numbers
            raise client.ApiException(status=answer.status, reason=answer.reason, body=text)
        result: Object = json.loads(text)
        return result


def condition(found: Mapping[str, Any] | None, kind: str) -> dict[str, Any]:
    """The condition of that type; an empty dictionary when there is none."""
    conditions = ((found or {}).get("status") or {}).get("conditions") or []
    return next((dict(each) for each in conditions if each["type"] == kind), {})


def is_ready(found: Mapping[str, Any] | None) -> bool:
    """Whether Ready is True for the present generation."""
    ready = condition(found, "Ready")
    generation = (found or {}).get("metadata", {}).get("generation")
    return ready.get("status") == "True" and ready.get("observedGeneration") == generation


def has_reason(reason: str) -> Callable[[Mapping[str, Any] | None], bool]:
    """A test for the reason of Ready."""
    return lambda found: condition(found, "Ready").get("reason") == reason
