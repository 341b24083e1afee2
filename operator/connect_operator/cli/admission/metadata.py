"""What holds for the metadata of every object: types as kubectl decodes them, names, labels and annotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from connect_operator.cli.admission.wording import shown, unknown_field
from connect_operator.domain.rules.manifest_checks import Violation
from connect_operator.domain.rules.name_rules import SUBDOMAIN, metadata_violations, namespace_violations

_TEXTS = ("name", "generateName", "namespace", "resourceVersion", "uid", "selfLink")
_TEXT_MAPS = ("labels", "annotations")
_NUMBERS = ("generation", "deletionGracePeriodSeconds")
_TIMES = ("creationTimestamp", "deletionTimestamp")
_LISTS = ("finalizers", "ownerReferences", "managedFields")
_KNOWN = (*_TEXTS, *_TEXT_MAPS, *_NUMBERS, *_TIMES, *_LISTS)
_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_VALUE = re.compile(rf"({_NAME.pattern})?")
_MOST_ANNOTATIONS = 256 * 1024
# As Go reads a time; the calendar is not looked at more closely.
_TIME = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]?\d:[0-5]\d:[0-5]\d([.,]\d+)?(Z|[+-]\d\d:\d\d)")
_OWNER_TEXTS = ("apiVersion", "kind", "name", "uid")
_OWNER_FLAGS = ("controller", "blockOwnerDeletion")


def metadata_problems(metadata: Any) -> Iterator[Violation]:  # noqa: ANN401 - JSON values
    """What is wrong with the metadata of an object of ours."""
    if not isinstance(metadata, dict):
        yield Violation("metadata.name", "is required, as a text")
        return
    given = {key: value for key, value in metadata.items() if value is not None}
    for key in given.keys() - set(_KNOWN):
        yield Violation(f"metadata.{key}", unknown_field(key, _KNOWN))
    yield from _types(given)
    yield from _times(given)
    if isinstance(given.get("ownerReferences"), list):
        for number, owner in enumerate(given["ownerReferences"]):
            yield from _owner(f"metadata.ownerReferences[{number}]", owner)
    yield from _names(given)
    for field in _TEXT_MAPS:
        if isinstance(given.get(field), dict):
            yield from _texts(field, given[field])


def _types(given: dict[str, Any]) -> Iterator[Violation]:
    for fields, wanted, words in (
        (_TEXTS, str, "a text"),
        (_TEXT_MAPS, dict, "a block of texts"),
        (_NUMBERS, int, "a whole number"),
        (_TIMES, str, "a time"),
        (_LISTS, list, "a list"),
    ):
        for field in fields:
            value = given.get(field)
            if field in given and (not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))):
                remedy = "; put it in quotes" if wanted is str and not isinstance(value, list | dict) else ""
                yield Violation(f"metadata.{field}", f"{shown(value)} is not {words}{remedy}")


def _times(given: dict[str, Any]) -> Iterator[Violation]:
    for field in _TIMES:
        value = given.get(field)
        if isinstance(value, str) and _TIME.fullmatch(value) is None:
            yield Violation(f"metadata.{field}", f"{shown(value)} is no time; leave it out, the API server sets it")


def _owner(field: str, owner: Any) -> Iterator[Violation]:  # noqa: ANN401 - JSON values
    if not isinstance(owner, dict):
        yield Violation(field, f"{shown(owner)} is not a block")
        return
    for key in _OWNER_TEXTS:
        value = owner.get(key)
        if not isinstance(value, str) or not value:
            told = (
                "is required, as a text" if value in (None, "") else f"{shown(value)} is not a text; put it in quotes"
            )
            yield Violation(f"{field}.{key}", told)
    for key in _OWNER_FLAGS:
        if not isinstance(owner.get(key), bool | None):
            yield Violation(f"{field}.{key}", f"{shown(owner[key])} is not true or false")
    for key in owner.keys() - {*_OWNER_TEXTS, *_OWNER_FLAGS}:
        yield Violation(f"{field}.{key}", unknown_field(key, (*_OWNER_TEXTS, *_OWNER_FLAGS)))


def _names(given: dict[str, Any]) -> Iterator[Violation]:
    name, prefix, namespace = given.get("name"), given.get("generateName"), given.get("namespace")
    if isinstance(name, str) and name:
        yield from metadata_violations(name)
    elif isinstance(prefix, str) and prefix:
        if SUBDOMAIN.fullmatch(f"{prefix}x") is None:
            yield Violation("metadata.generateName", f"{shown(prefix)} cannot begin the name of an object")
    elif name is None or name == "":
        yield Violation("metadata.name", "is required, as a text")
    if isinstance(namespace, str) and namespace:
        yield from namespace_violations(namespace)


def _texts(field: str, entries: dict[str, Any]) -> Iterator[Violation]:
    for key, value in entries.items():
        where = f"metadata.{field}[{key}]"
        prefix, slash, last = key.rpartition("/")
        lower = last.lower() if field == "annotations" else last
        if _NAME.fullmatch(lower) is None or (slash and SUBDOMAIN.fullmatch(prefix.lower()) is None):
            yield Violation(
                where, "is no key of labels and annotations; use name or prefix/name, 63 characters at most"
            )
        if value is not None and not isinstance(value, str):
            yield Violation(where, f"{shown(value)} is not a text; put it in quotes")
        elif field == "labels" and isinstance(value, str) and _VALUE.fullmatch(value) is None:
            yield Violation(
                where, f"{shown(value)} is no value of a label; use at most 63 letters, digits, '-', '_' and '.'"
            )
    size = sum(len(f"{key}{value}".encode()) for key, value in entries.items())
    if field == "annotations" and size > _MOST_ANNOTATIONS:
        yield Violation("metadata.annotations", f"are {size} bytes; at most {_MOST_ANNOTATIONS} are allowed")
