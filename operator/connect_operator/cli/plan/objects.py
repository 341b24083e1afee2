"""Documents as objects of our kinds, checked as the API server would; other kinds are passed over.

Objects of files have no uid yet. They get one that says so, made of namespace and name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from connect_operator.cli.plan.documents import Document, FilesError
from connect_operator.domain.assignment import AssignmentSpec
from connect_operator.domain.assignment_rules import assignment_violations
from connect_operator.domain.instance_rules import instance_violations
from connect_operator.domain.manifest_checks import Violation
from connect_operator.domain.manifest_rules import user_violations
from connect_operator.domain.manifest_shape import shape_violations
from connect_operator.domain.name_rules import metadata_violations, namespace_violations
from connect_operator.domain.objects import (
    GROUP,
    VERSION,
    ConnectInstance,
    ConnectUser,
    ObjectKey,
    parse_instance,
    parse_user,
)
from connect_operator.domain.spec import ConnectInstanceSpec, ConnectUserSpec

_KINDS: dict[str, type[msgspec.Struct]] = {
    "ConnectUser": ConnectUserSpec,
    "ConnectInstance": ConnectInstanceSpec,
    "ConnectContactAssignment": AssignmentSpec,
}
_YOUNGEST = "9999-12-31T23:59:59Z"
_API_SERVERS_OWN = ("uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "finalizers")


@dataclass(slots=True)
class Manifests:
    """What files hold, in their order; of assignments only which there are."""

    users: list[ConnectUser] = field(default_factory=list)
    instances: list[ConnectInstance] = field(default_factory=list)
    assignments: list[ObjectKey] = field(default_factory=list)


def read_objects(documents: list[Document], namespace: str) -> Manifests:
    """The objects of these documents; `namespace` is for those that need one. Raises FilesError with every mistake."""
    found, wrong = Manifests(), list[str]()
    places: dict[tuple[str, str, str], str] = {}
    for place, content in _flattened(documents):
        kind = content.get("kind")
        if str(content.get("apiVersion", "")).partition("/")[0] != GROUP or kind not in _KINDS:
            continue
        violations = list(_checked(content, str(kind)))
        if violations:
            wrong += [f"{place}, {kind} {_named(content)}: {each.text}" for each in violations]
            continue
        body = _as_new(content, "" if kind == "ConnectInstance" else namespace)
        identity = (str(kind), body["metadata"].get("namespace", ""), body["metadata"]["name"])
        if identity in places:
            wrong.append(f"{place}: {kind} {_named(body)} stands already in {places[identity]}")
        places[identity] = place
        if kind == "ConnectUser":
            found.users.append(parse_user(body))
        elif kind == "ConnectInstance":
            found.instances.append(parse_instance(body))
        else:
            found.assignments.append(ObjectKey(body["metadata"]["namespace"], body["metadata"]["name"]))
    if wrong:
        raise FilesError(wrong)
    return found


def _flattened(documents: list[Document]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each document with its place; the items of a List (as `kubectl get -o yaml` prints it) each by itself."""
    for document in documents:
        items = document.content.get("items")
        if str(document.content.get("kind", "")).endswith("List") and isinstance(items, list):
            yield from (
                (f"{document.place}, item {number}", item)
                for number, item in enumerate(items, 1)
                if isinstance(item, dict)
            )
        else:
            yield document.place, document.content


def _checked(content: dict[str, Any], kind: str) -> Iterator[Violation]:
    if content["apiVersion"] != f"{GROUP}/{VERSION}":
        yield Violation("apiVersion", f"is {content['apiVersion']}; this program knows {GROUP}/{VERSION}")
        return
    metadata, spec = content.get("metadata"), content.get("spec")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        yield Violation("metadata.name", "is required, as a text")
        return
    if not isinstance(spec, dict):
        yield Violation("", "is required, as a mapping")
        return
    name, namespace = metadata["name"], metadata.get("namespace") or "default"
    yield from metadata_violations(name)
    yield from namespace_violations(str(namespace))
    shape = shape_violations(spec, _KINDS[kind])
    yield from shape
    if not shape:
        yield from _rules_broken(spec, name, kind)


def _rules_broken(spec: dict[str, Any], name: str, kind: str) -> tuple[Violation, ...]:
    if kind == "ConnectContactAssignment":
        return assignment_violations(spec)
    return user_violations(spec, name) if kind == "ConnectUser" else instance_violations(spec, name)


def _as_new(content: dict[str, Any], namespace: str) -> dict[str, Any]:
    """The object as it would be sent to a cluster that does not have it: without what the API server writes."""
    metadata = {key: value for key, value in content["metadata"].items() if key not in _API_SERVERS_OWN}
    if namespace:
        metadata["namespace"] = metadata.get("namespace") or namespace
    else:
        metadata.pop("namespace", None)
    annotations = metadata.get("annotations") or {}
    metadata["annotations"] = {str(key): str(value) for key, value in annotations.items()}
    # Younger than all that exists: of two claims to a username the older object's goes first.
    metadata |= {"uid": f"new-{metadata.get('namespace', '')}-{metadata['name']}", "creationTimestamp": _YOUNGEST}
    return {**content, "metadata": metadata, "status": {}}


def _named(content: dict[str, Any]) -> str:
    metadata = content.get("metadata")
    if not isinstance(metadata, dict):
        return "without a name"
    namespace, name = metadata.get("namespace"), metadata.get("name", "without a name")
    return f"{namespace}/{name}" if namespace else str(name)
