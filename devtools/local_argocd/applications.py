"""Argo CD's Applications: made, refreshed, looked at, waited for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from kubernetes import client

from local_argocd.servers import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_argocd.repository import Repository

_KIND = ("argoproj.io", "v1alpha1", NAMESPACE, "applications")
_SECONDS_BETWEEN_LOOKS = 0.1
Application = dict[str, Any]


def an_application(
    name: str,
    repository: Repository,
    path: str,
    server: str,
    *,
    server_side: bool = False,
) -> Application:
    """An Application that prunes and heals by itself and follows the branch; with ``server_side`` the API server makes
    the differences and applies.
    """  # noqa: D205 - one sentence
    # What is deleted in the foreground waits for the garbage collector, which is no part of a LocalCluster.
    options = ["PrunePropagationPolicy=background", *(["ServerSideApply=true"] if server_side else [])]
    annotations = {"argocd.argoproj.io/compare-options": "ServerSideDiff=true"} if server_side else {}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": NAMESPACE, "annotations": annotations},
        "spec": {
            "project": "default",
            "source": {"repoURL": repository.url, "targetRevision": "main", "path": path},
            "destination": {"server": server, "namespace": "default"},
            "syncPolicy": {
                "automated": {"prune": True, "selfHeal": True},
                "syncOptions": options,
                "retry": {"limit": 20, "backoff": {"duration": "2s", "factor": 1, "maxDuration": "2s"}},
            },
        },
    }


class Applications:
    """The Applications of one cluster."""

    def __init__(self, api: client.ApiClient) -> None:
        self._objects = client.CustomObjectsApi(api)

    def create(self, application: Application) -> None:
        """Have Argo CD keep what the repository says."""
        self._objects.create_namespaced_custom_object(*_KIND, application)

    def get(self, name: str) -> Application:
        """The Application as it is."""
        found: Application = self._objects.get_namespaced_custom_object(*_KIND, name)
        return found

    def refresh(self, name: str) -> None:
        """Look at the repository now, as a webhook has it do."""
        change = {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}}
        self._objects.patch_namespaced_custom_object(*_KIND, name, change)

    def delete(self, name: str) -> None:
        """Forget it; what it has applied stays."""
        self._objects.delete_namespaced_custom_object(*_KIND, name)

    def wait(self, name: str, holds: Callable[[Application], bool], timeout: float = 240.0) -> Application:
        """Wait until the Application is so; raises TimeoutError that shows it as it is."""
        deadline = time.monotonic() + timeout
        while not holds(found := self.get(name)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"Application {name} after {timeout:g} s: {found.get('status')}")
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        return found


def health(application: Application) -> str:
    """The health of all its objects together."""
    return str(application.get("status", {}).get("health", {}).get("status"))


def sync(application: Application) -> str:
    """Whether the cluster holds what the repository says."""
    return str(application.get("status", {}).get("sync", {}).get("status"))


def is_at(revision: str, wanted_health: str = "Healthy") -> Callable[[Application], bool]:
    """A test for: this revision is applied, and the health is that."""

    def holds(application: Application) -> bool:
        status = application.get("status", {})
        seen = status.get("sync", {}).get("revision") == revision
        done = status.get("operationState", {}).get("phase") != "Running"
        return seen and done and sync(application) == "Synced" and health(application) == wanted_health

    return holds


def resource(application: Application, kind: str, name: str) -> dict[str, Any]:
    """What the Application says of one of its objects: ``status`` and ``health``; empty when it does not know it."""
    resources = application.get("status", {}).get("resources", [])
    return next((dict(each) for each in resources if (each["kind"], each["name"]) == (kind, name)), {})
