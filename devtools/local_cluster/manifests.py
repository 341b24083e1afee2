"""Applying a folder of manifests, so that nobody needs kubectl for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from kubernetes.client import ApiException, ApiextensionsV1Api
from kubernetes.dynamic import DynamicClient

from local_cluster.readiness import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kubernetes.client import ApiClient

FIELD_MANAGER = "local-cluster"
_CRD_KIND = "CustomResourceDefinition"
_ESTABLISHED_TIMEOUT = 120.0


def manifests_below(path: Path) -> list[dict[str, Any]]:
    """Every object in a file, or in the YAML files below a folder in the order of their paths."""
    files = [path] if path.is_file() else sorted((*path.rglob("*.yaml"), *path.rglob("*.yml")))
    return [document for file in files for document in _documents(file)]


def apply(api: ApiClient, manifests: list[dict[str, Any]], discovery_cache: Path) -> None:
    """Server-side apply: definitions of new kinds first, the others when those are established.

    Raises kubernetes.client.ApiException when one is refused, TimeoutError when a kind is never established.
    """
    definitions = [manifest for manifest in manifests if manifest["kind"] == _CRD_KIND]
    others = [manifest for manifest in manifests if manifest["kind"] != _CRD_KIND]
    _apply_all(api, definitions, discovery_cache)
    for definition in definitions:
        _wait_until_established(api, definition["metadata"]["name"])
    _apply_all(api, others, discovery_cache)


def _documents(file: Path) -> Iterator[dict[str, Any]]:
    for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
        if document is None:  # a file may begin or end with "---"
            continue
        if not isinstance(document, dict) or not {"apiVersion", "kind", "metadata"} <= document.keys():
            raise ValueError(f"{file}: not a Kubernetes object (it needs apiVersion, kind and metadata)")
        yield document


def _apply_all(api: ApiClient, manifests: list[dict[str, Any]], discovery_cache: Path) -> None:
    if not manifests:
        return
    # A client per call: the one before may not know the kinds that have been defined since.
    discovery_cache.unlink(missing_ok=True)
    dynamic = DynamicClient(api, cache_file=str(discovery_cache))
    for manifest in manifests:
        resource = dynamic.resources.get(api_version=manifest["apiVersion"], kind=manifest["kind"])
        # What names no namespace goes where the kubeconfig points; a cluster-scoped kind ignores this.
        namespace = manifest["metadata"].get("namespace", "default")
        resource.server_side_apply(
            body=manifest,
            name=manifest["metadata"]["name"],
            namespace=namespace if resource.namespaced else None,
            field_manager=FIELD_MANAGER,
            force_conflicts=True,
        )


def _wait_until_established(api: ApiClient, name: str) -> None:
    definitions = ApiextensionsV1Api(api)

    def established() -> bool:
        try:
            found = definitions.read_custom_resource_definition(name)
        except ApiException as error:
            if error.status == 404:  # noqa: PLR2004 - not in this server's watch cache yet
                return False
            raise
        conditions = (found.status.conditions if found.status else None) or []
        return any(condition.type == "Established" and condition.status == "True" for condition in conditions)

    if not wait_until(established, _ESTABLISHED_TIMEOUT):
        raise TimeoutError(f"{name} was not established within {_ESTABLISHED_TIMEOUT:.0f} s")
