"""The CustomResourceDefinitions as data: load, walk, install them. What they must say is for the tests to say."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from kubernetes.client import ApiClient

from .rest import APPLY_PATCH, Manifest, Resource, Write

Schema = dict[str, Any]

CRDS = Path(__file__).parents[2] / "crds"
KINDS = ("connectinstances", "connectusers", "connectcontactassignments")
DEADLINE_SECONDS = 30.0


def load_crd(plural: str) -> Manifest:
    """The CustomResourceDefinition in crds/."""
    loaded: Manifest = yaml.safe_load((CRDS / f"{plural}.yaml").read_text())
    return loaded


def schema_of(crd: Manifest) -> Schema:
    """The schema of the only version."""
    (version,) = crd["spec"]["versions"]
    root: Schema = version["schema"]["openAPIV3Schema"]
    return root


class Node(NamedTuple):
    """A schema and where it is: `spec.tags[*]` is the value of a map, `spec.proficiencies[]` the entry of a list."""

    path: str
    schema: Schema


def walk(schema: Schema, path: str = "") -> Iterator[Node]:
    """The schema and everything in it, outside in."""
    yield Node(path, schema)
    for name, child in schema.get("properties", {}).items():
        yield from walk(child, f"{path}.{name}".lstrip("."))
    if "items" in schema:
        yield from walk(schema["items"], f"{path}[]")
    if isinstance(schema.get("additionalProperties"), dict):
        yield from walk(schema["additionalProperties"], f"{path}[*]")


def nodes(plural: str, below: str = "") -> list[Node]:
    """All schemas of a kind at or below a path (`spec`, `status`), or all."""
    found = walk(schema_of(load_crd(plural)))
    return [node for node in found if node.path == below or node.path.startswith(below + ".") or not below]


def in_group(crd: Manifest, group: str) -> Manifest:
    """A copy of the CRD in another group, which a test may change without disturbing the others."""
    renamed = copy.deepcopy(crd)
    renamed["metadata"]["name"] = f"{crd['spec']['names']['plural']}.{group}"
    renamed["spec"]["group"] = group
    for field in ("shortNames", "categories"):
        renamed["spec"]["names"].pop(field)
    return renamed


def install(api: ApiClient, crd: Manifest) -> None:
    """Create or update the CRD, and wait until the API server serves its objects."""
    crds = Resource(api=api, path="/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
    name = crd["metadata"]["name"]
    crds.patch(name, crd, APPLY_PATCH, Write(force=True))
    group, plural = crd["spec"]["group"], crd["spec"]["names"]["plural"]
    objects = Resource(api=api, path=f"/apis/{group}/{crd['spec']['versions'][0]['name']}")
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (_established(crds.get(name)) and objects.find(plural) is not None):
        assert time.monotonic() < deadline, f"{name} is not served after {DEADLINE_SECONDS} s"


def _established(crd: Manifest) -> bool:
    conditions = crd.get("status", {}).get("conditions") or []
    return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)
