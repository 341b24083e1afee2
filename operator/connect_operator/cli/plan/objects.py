"""Documents as objects of our kinds, checked as the API server would; other kinds are passed over.

Objects of files have no uid yet. They get one that says so, made of namespace and name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from connect_operator.cli.admission.definitions import definitions
from connect_operator.cli.admission.judge import stored_spec, violations
from connect_operator.cli.admission.metadata import metadata_problems
from connect_operator.cli.admission.wording import shown
from connect_operator.cli.documents.files import Document, Documents, FilesError
from connect_operator.cli.plan.first_passwords import Keys, secret_keys
from connect_operator.domain.kinds.objects import (
    GROUP,
    VERSION,
    ConnectInstance,
    ConnectUser,
    ObjectKey,
    parse_instance,
    parse_user,
)
from connect_operator.domain.rules.manifest_checks import Violation

_YOUNGEST = "9999-12-31T23:59:59Z"
_KEPT = ("name", "namespace", "annotations")
_GENERATED = "xxxxx"
"""Stands for the five characters that the API server adds to a generateName."""


@dataclass(slots=True)
class Manifests:
    """What files hold, in their order; of assignments only which there are. `notes`: what was passed over, and why."""

    users: list[ConnectUser] = field(default_factory=list)
    instances: list[ConnectInstance] = field(default_factory=list)
    assignments: list[ObjectKey] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    places: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """Which objects ask for a finalizer of the operator's, by kind, namespace and name, and where."""
    secrets: dict[ObjectKey, Keys] = field(default_factory=dict)


def read_objects(documents: Documents, namespace: str) -> Manifests:
    """The objects of these documents; `namespace` is for those that need one. Raises FilesError with every mistake."""
    found, wrong = Manifests(notes=documents.notes), list(documents.wrong)
    places: dict[tuple[str, str, str], str] = {}
    for document in documents.found:
        wrong += _list_faults(document)
    for place, content in _flattened(documents.found):
        _take_secret(found, content, namespace)
        group = str(content.get("apiVersion", "")).partition("/")[0]
        if group != GROUP:
            continue
        problems = list(_checked(content))
        kind = str(content.get("kind"))
        if problems:
            wrong += [f"{place}, {kind} {_named(content)}: {each.text}" for each in problems]
            continue
        body = _as_new(content, kind, namespace)
        identity = (kind, body["metadata"].get("namespace", ""), body["metadata"]["name"])
        if identity in places and "generateName" not in content["metadata"]:
            wrong.append(f"{place}: {kind} {_named(body)} stands already in {places[identity]}")
        places[identity] = place
        if any(str(each).startswith(f"{GROUP}/") for each in content["metadata"].get("finalizers") or ()):
            found.places[identity] = f"{place}, {kind} {_named(content)}"
        _sort_in(found, kind, body)
    if wrong:
        raise FilesError(wrong)
    return found


def _take_secret(found: Manifests, content: dict[str, Any], namespace: str) -> None:
    """Note a Secret, which may be that of a first password. Others' kinds are not checked."""
    metadata = content.get("metadata")
    if (content.get("apiVersion"), content.get("kind")) == ("v1", "Secret") and isinstance(metadata, dict):
        key = ObjectKey(str(metadata.get("namespace") or namespace), str(metadata.get("name")))
        found.secrets[key] = secret_keys(content)


def _sort_in(found: Manifests, kind: str, body: dict[str, Any]) -> None:
    if kind == "ConnectUser":
        found.users.append(parse_user(body))
    elif kind == "ConnectInstance":
        found.instances.append(parse_instance(body))
    else:
        found.assignments.append(ObjectKey(body["metadata"]["namespace"], body["metadata"]["name"]))


def _flattened(documents: list[Document]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each document with its place; the items of a list (as `kubectl get -o yaml` prints it) each by itself."""
    for document in documents:
        items, kind = _items(document), str(document.content.get("kind", ""))
        if items is None:
            yield document.place, document.content
            continue
        inherited = {}
        if kind != "List":
            inherited = {"apiVersion": document.content.get("apiVersion"), "kind": kind.removesuffix("List")}
        for number, item in enumerate(items, 1):
            if isinstance(item, dict):
                yield f"{document.place}, item {number}", {**inherited, **item}


def _items(document: Document) -> list[Any] | None:
    """The items of a list; None where it is none."""
    items, kind = document.content.get("items"), str(document.content.get("kind", ""))
    return items if kind.endswith("List") and isinstance(items, list) else None


def _list_faults(document: Document) -> Iterator[str]:
    """Why kubectl would refuse a list that holds objects of ours, whatever they are."""
    items = _items(document) or []
    if not any(isinstance(each, dict) and str(each.get("apiVersion")).startswith(f"{GROUP}/") for each in items):
        return
    if not document.content.get("apiVersion"):
        yield f"{document.place}: apiVersion is required beside kind: List; write apiVersion: v1"
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            yield f"{document.place}, item {number}: {shown(item)} is no object; remove it"


def _checked(content: dict[str, Any]) -> Iterator[Violation]:
    kinds = definitions()
    if content["apiVersion"] != f"{GROUP}/{VERSION}":
        told = f"is {shown(content['apiVersion'])}; this program knows {GROUP}/{VERSION}"
        yield Violation("apiVersion", told, outside=True)
        return
    kind = content.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        yield Violation("kind", f"is {shown(kind)}; use {', '.join(sorted(kinds))}", outside=True)
        return
    yield from metadata_problems(content.get("metadata"))
    metadata = content.get("metadata")
    yield from violations(kind, {**content, "metadata": {"name": _name(metadata)}})


def _name(metadata: Any) -> str:  # noqa: ANN401 - JSON values
    """The name of the object; where the API server makes one, another of the same length."""
    if not isinstance(metadata, dict):
        return ""
    name, prefix = metadata.get("name"), metadata.get("generateName")
    if isinstance(name, str) and name:
        return name
    return f"{prefix}{_GENERATED}" if isinstance(prefix, str) and prefix else ""


def _as_new(content: dict[str, Any], kind: str, namespace: str) -> dict[str, Any]:
    """The object as it would be stored by a cluster that does not have it."""
    given = content["metadata"]
    metadata = {key: given[key] for key in _KEPT if given.get(key) is not None}
    metadata["name"] = _name(given)
    if definitions()[kind].namespaced:
        metadata["namespace"] = metadata.get("namespace") or namespace
    else:
        metadata.pop("namespace", None)
    metadata["annotations"] = {key: value or "" for key, value in metadata.get("annotations", {}).items()}
    # Younger than all that exists: of two claims to a username the older object's goes first.
    metadata |= {"uid": f"new-{metadata.get('namespace', '')}-{metadata['name']}", "creationTimestamp": _YOUNGEST}
    spec = stored_spec(kind, content["spec"])
    return {"apiVersion": content["apiVersion"], "kind": kind, "metadata": metadata, "spec": spec, "status": {}}


def _named(content: dict[str, Any]) -> str:
    metadata = content.get("metadata")
    if not isinstance(metadata, dict):
        return "without a name"
    namespace, name = metadata.get("namespace"), metadata.get("name") or metadata.get("generateName", "without a name")
    return f"{namespace}/{name}" if namespace else str(name)
