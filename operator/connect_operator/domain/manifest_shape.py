"""Fields that a kind does not have, and values of the wrong type: what the API server prunes or refuses.

The types themselves are spec.py. Nothing is judged here beyond them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from connect_operator.domain.manifest_checks import Raw, Violation

_PATH = re.compile(r" - at `(?:key in )?\$\.?(?P<path>[^`]*)`$")
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]*)`")
_QUOTES = ("Expected `str`, got `int`", "Expected `str`, got `float`", "Expected `str`, got `bool`")


def shape_violations(raw: Raw, kind: type[msgspec.Struct]) -> tuple[Violation, ...]:
    """Unknown fields, each with the one that may be meant; else the first value of a wrong type."""
    unknown = tuple(_unknown(raw, inspect.type_info(kind), ""))
    return unknown or tuple(_wrong_type(raw, kind))


def _unknown(value: Any, info: inspect.Type, path: str) -> Iterator[Violation]:  # noqa: ANN401 - JSON values
    if isinstance(info, inspect.StructType) and isinstance(value, Mapping):
        fields = {field.encode_name: field.type for field in info.fields}
        for name, member in value.items():
            field = f"{path}.{name}".lstrip(".")
            if name in fields:
                yield from _unknown(member, fields[name], field)
            else:
                yield Violation(field, f"there is no such field{_meant(str(name), fields)}")
    elif isinstance(info, inspect.VarTupleType) and isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _unknown(entry, info.item_type, f"{path}[{number}]")
    elif isinstance(info, inspect.DictType) and isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _unknown(entry, info.value_type, f"{path}[{name}]")


def _meant(name: str, fields: Mapping[str, object]) -> str:
    by_lower = {field.lower(): field for field in fields}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return f"; did you mean {by_lower[close[0]]}?" if close else "; remove it"


def _wrong_type(raw: Raw, kind: type[msgspec.Struct]) -> Iterator[Violation]:
    try:
        msgspec.convert(dict(raw), kind)
    except msgspec.ValidationError as error:
        text = str(error)
        match = _PATH.search(text)
        path = match["path"] if match else ""
        told = text[: match.start()] if match else text
        missing = _MISSING.match(told)
        if missing:
            yield Violation(f"{path}.{missing['field']}".lstrip("."), "is required")
            return
        remedy = "; put it in quotes" if told.startswith(_QUOTES) else ""
        yield Violation(path, told[:1].lower() + told[1:].replace("`", "") + remedy)
