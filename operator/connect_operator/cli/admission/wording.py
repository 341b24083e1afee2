"""What is wrong with a value, in plain words: what it is, what is wanted, and what to write instead."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from typing import Any

from connect_operator.cli.admission.definitions import Schema

_WANTED = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a block of fields",
}
_INSTEAD = {
    "string": "write one text",
    "integer": "write a whole number in digits alone",
    "number": "write a number in digits alone",
    "boolean": "write true or false",
    "array": "write its entries below it, each after a '-'",
    "object": "write its fields below it",
}
_LONGEST = 60


def shown(value: Any) -> str:  # noqa: ANN401 - JSON values
    """A value as it could be typed, on one line, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def wrong_type(value: Any, schema: Schema) -> str:  # noqa: ANN401 - JSON values
    """A value of another type than the schema wants."""
    wanted = "a number or a text" if schema.get("x-kubernetes-int-or-string") else _WANTED[schema["type"]]
    return f"{_found(value)}, but {wanted} is wanted; {_instead(value, schema)}"


def unknown_field(name: str, fields: Iterable[str]) -> str:
    """A field that does not exist, with the one that may be meant."""
    by_plain = {_plainly(field): field for field in fields}
    close = difflib.get_close_matches(_plainly(name), by_plain, n=1, cutoff=0.7)
    return f"there is no such field{f'; did you mean {by_plain[close[0]]}?' if close else '; remove it'}"


def _plainly(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _found(value: Any) -> str:  # noqa: ANN401 - JSON values
    if value is None:
        return "is empty (null)"
    if isinstance(value, bool):
        return f"is read as {shown(value)} (as YAML reads y, n, yes, no, on and off, too)"
    if isinstance(value, int | float):
        return f"is read as the number {shown(value)}"
    if isinstance(value, str):
        return f"{shown(value)} is a text"
    return "is a list" if isinstance(value, list) else "is a block of fields"


def _instead(value: Any, schema: Schema) -> str:  # noqa: ANN401 - JSON values
    if value is None:
        return "leave it out"
    wanted = schema.get("type")
    scalar = not isinstance(value, list | dict)
    if wanted == "string" and scalar:
        return "put it in quotes"
    if wanted == "array":
        return f"write [{_typed(value)}]" if scalar else "put '-' before each of its entries"
    if wanted == "object" and scalar and len(schema.get("required", ())) == 1:
        return f"write {{{schema['required'][0]}: {_typed(value)}}}"
    if wanted in ("integer", "number", "boolean") and isinstance(value, str) and _could_be(value, wanted):
        return "take the quotes off"
    return _INSTEAD[wanted or "string"]


def _typed(value: Any) -> str:  # noqa: ANN401 - JSON scalars
    return value if isinstance(value, str) and value.replace(" ", "").replace("-", "").isalnum() else shown(value)


def _could_be(text: str, wanted: str) -> bool:
    return text in ("true", "false") if wanted == "boolean" else text.lstrip("-").isdecimal()
