"""The two ways in which kubectl applies a manifest to a custom resource, step by step as kubectl does it.

- client-side: a three-way JSON merge patch of what was applied last (an annotation), what is live, and the manifest
  (k8s.io/apimachinery, jsonmergepatch.CreateThreeWayJSONMergePatch);
- server-side: an apply patch; then, where client-side apply was used before, its annotation is brought up to date, its
  ownership of fields is handed over, and the apply is repeated (kubectl, cmd/apply; client-go, csaupgrade).

Not here: what the results must be; that is test_apply.py's subject.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from .rest import APPLY_PATCH, JSON_PATCH, MERGE_PATCH, Manifest, Resource, Write

Apply = Callable[[Resource, Manifest], Manifest]

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
CLIENT_SIDE = "kubectl-client-side-apply"
SERVER_SIDE = "kubectl"


def client_side(resource: Resource, manifest: Manifest) -> Manifest:
    """`kubectl apply`."""
    modified = annotated(manifest)
    write = Write(manager=CLIENT_SIDE)
    name = manifest["metadata"]["name"]
    live = resource.find(name)
    if live is None:
        return resource.create(modified, write)
    original = json.loads(live["metadata"].get("annotations", {}).get(LAST_APPLIED, "{}"))
    patch = three_way_patch(original, modified, live)
    return resource.patch(name, patch, MERGE_PATCH, write) if patch else live


def server_side(resource: Resource, manifest: Manifest, *, force: bool = False) -> Manifest:
    """`kubectl apply --server-side`, and with `force` also `--force-conflicts`."""
    name = manifest["metadata"]["name"]
    write = Write(manager=SERVER_SIDE, force=force)
    applied = resource.patch(name, manifest, APPLY_PATCH, write)
    if LAST_APPLIED in applied["metadata"].get("annotations", {}):
        identity = {key: manifest[key] for key in ("apiVersion", "kind")}
        annotation = {"name": name, "annotations": annotated(manifest)["metadata"]["annotations"]}
        keeper = Write(manager="kubectl-last-applied", force=True)
        applied = resource.patch(name, identity | {"metadata": annotation}, APPLY_PATCH, keeper)
    handed_over = with_ownership_handed_over(applied["metadata"]["managedFields"])
    if handed_over is None:
        return applied
    version = applied["metadata"]["resourceVersion"]
    migration = [
        {"op": "replace", "path": "/metadata/managedFields", "value": handed_over},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
    ]
    resource.patch(name, migration, JSON_PATCH, Write(manager=SERVER_SIDE))
    return resource.patch(name, manifest, APPLY_PATCH, write)


def annotated(manifest: Manifest) -> Manifest:
    """The manifest with itself in the annotation, as `kubectl apply` sends it."""
    bare = copy.deepcopy(manifest)
    bare["metadata"].setdefault("annotations", {})
    remembered = copy.deepcopy(bare)
    remembered["metadata"]["annotations"][LAST_APPLIED] = json.dumps(bare, sort_keys=True) + "\n"
    return remembered


def three_way_patch(original: Manifest, modified: Manifest, current: Manifest) -> dict[str, Any]:
    """Additions and changes from live to manifest, and deletions from the last manifest to this one."""
    additions = _additions_only(_merge_patch(current, modified))
    deletions = _deletions_only(_merge_patch(original, modified))
    return _combined(deletions, additions)


def with_ownership_handed_over(managed_fields: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """The field managers with client-side apply's part given to server-side apply; None if it has no part."""
    former = next((each for each in managed_fields if _is(each, CLIENT_SIDE, "Update")), None)
    if former is None:
        return None
    heir = next((each for each in managed_fields if _is(each, SERVER_SIDE, "Apply")), None)
    if heir is None:
        heir = former | {"manager": SERVER_SIDE, "operation": "Apply"}
        return [heir if each is former else each for each in managed_fields]
    united = heir | {"fieldsV1": _combined(heir["fieldsV1"], former["fieldsV1"])}
    return [united if each is heir else each for each in managed_fields if each is not former]


def _is(entry: dict[str, Any], manager: str, operation: str) -> bool:
    return (entry["manager"], entry["operation"], entry.get("subresource", "")) == (manager, operation, "")


def _merge_patch(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The JSON merge patch (RFC 7386) that turns `before` into `after`."""
    patch: dict[str, Any] = {key: None for key in before if key not in after}
    for key, value in after.items():
        if key not in before:
            patch[key] = value
        elif isinstance(value, dict) and isinstance(before[key], dict):
            if inner := _merge_patch(before[key], value):
                patch[key] = inner
        elif value != before[key]:
            patch[key] = value
    return patch


def _additions_only(patch: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in patch.items():
        if isinstance(value, dict) and value:
            if inner := _additions_only(value):
                kept[key] = inner
        elif value is not None:
            kept[key] = value
    return kept


def _deletions_only(patch: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in patch.items():
        if value is None:
            kept[key] = None
        elif isinstance(value, dict) and (inner := _deletions_only(value)):
            kept[key] = inner
    return kept


def _combined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Both trees in one; where both have a leaf, the other's."""
    result = dict(one)
    for key, value in other.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = _combined(result[key], value) if both else value
    return result
