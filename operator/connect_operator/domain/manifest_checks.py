"""Checks of single values in a manifest, as data: which path must look how. The rules themselves are manifest_rules.py.

A path is `identityInfo.email`; `[]` stands for every entry of a list, `[*]` for every value of a map. What is absent or
of the wrong type is not judged here (manifest_shape.py does that).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Raw = Mapping[str, Any]


class Violation(NamedTuple):
    """A rule that a manifest breaks: the field, and what is wrong, with the remedy.

    The field is below spec ("" for spec itself), but for those of metadata and apiVersion.
    """

    field: str
    message: str

    @property
    def text(self) -> str:
        """The whole sentence."""
        if self.field.startswith(("metadata.", "apiVersion")):
            return f"{self.field}: {self.message}"
        return f"spec.{self.field}: {self.message}" if self.field else f"spec: {self.message}"


class Text(NamedTuple):
    """A text: its pattern (matched as a whole), what to say if it does not match, and its length in characters."""

    pattern: str = r"(?s:.*)"
    says: str = ""
    shortest: int = 0
    longest: int = 256


class Number(NamedTuple):
    """A whole number between two bounds."""

    least: int
    most: int


class Count(NamedTuple):
    """How many entries a list or map has."""

    least: int
    most: int


Check = Text | Number | Count


def violations_of(spec: Raw, checks: Mapping[str, Check]) -> Iterator[Violation]:
    """Every value that does not look as its path must."""
    for path, check in checks.items():
        for field, value in values_at(spec, path):
            message = _message(value, check)
            if message:
                yield Violation(field, message)


def values_at(spec: Raw, path: str) -> Iterator[tuple[str, Any]]:
    """The values at a path, each with its own concrete path."""
    found: list[tuple[str, Any]] = [("", spec)]
    for step in path.replace("[", ".[").split("."):
        found = [each for field, value in found for each in _below(field, value, step)]
    yield from found


def _below(field: str, value: Any, step: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON values
    if step == "[]" and isinstance(value, list | tuple):
        yield from ((f"{field}[{number}]", entry) for number, entry in enumerate(value))
    elif step == "[*]" and isinstance(value, Mapping):
        yield from ((f"{field}[{key}]", entry) for key, entry in value.items())
    elif isinstance(value, Mapping) and step in value:
        yield f"{field}.{step}" if field else step, value[step]


def _message(value: Any, check: Check) -> str:  # noqa: ANN401 - JSON values
    if isinstance(check, Text):
        return _of_text(value, check) if isinstance(value, str) else ""
    if isinstance(check, Count):
        return _of_count(value, check) if isinstance(value, list | tuple | dict) else ""
    return _of_number(value, check) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _of_text(value: str, check: Text) -> str:
    if len(value) > check.longest:
        return f"has {len(value)} characters, but {check.longest} at most are allowed; shorten it"
    if len(value) < check.shortest:
        return "is empty; give a value, or leave the field out"
    if re.fullmatch(check.pattern, value) is None:
        return f"{value!r} {check.says}"
    return ""


def _of_count(value: list[Any] | tuple[Any, ...] | dict[str, Any], check: Count) -> str:
    if check.least <= len(value) <= check.most:
        return ""
    wanted = f"{check.least} to {check.most}" if check.least else f"at most {check.most}"
    return f"has {len(value)} entries; {wanted} are allowed"


def _of_number(value: float, check: Number) -> str:
    if value != int(value):
        return f"{value} is no whole number; use one from {check.least} to {check.most}"
    if check.least <= value <= check.most:
        return ""
    return f"{int(value)} is out of bounds; use a whole number from {check.least} to {check.most}"
