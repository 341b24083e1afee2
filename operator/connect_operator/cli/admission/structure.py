"""Types, required members, enums, patterns and limits of a schema, as the API server checks them before its rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from connect_operator.cli.admission.definitions import Schema
from connect_operator.cli.admission.expressions import matches
from connect_operator.cli.admission.wording import shown, unknown_field, wrong_type
from connect_operator.domain.rules.manifest_checks import Violation

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
# RFC 3339, as the API server reads it: a comma may stand before the fraction, an offset may be a day long.
_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(([01]\d|2[0-3]):[0-5]\d:[0-5]\d)([.,]\d+)?(Z|[+-]([01]\d|2[0-4]):([0-5]\d|60))", re.ASCII
)
_INT32 = range(-(2**31), 2**31)


def completed(value: Any, schema: Schema) -> Any:  # noqa: ANN401 - JSON values
    """The value as it would be stored: null members dropped, absent ones at their default; wrong types stay."""
    if isinstance(value, dict):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties")
        kept = {name: member for name, member in value.items() if member is not None}
        defaults = {name: each["default"] for name, each in properties.items() if "default" in each}
        kept = {**kept, **{name: default for name, default in defaults.items() if name not in kept}}
        return {name: completed(member, properties.get(name, others or {})) for name, member in kept.items()}
    if isinstance(value, list):
        return [completed(entry, schema.get("items", {})) for entry in value]
    return value


def structure_violations(value: Any, schema: Schema, path: str) -> Iterator[Violation]:  # noqa: ANN401 - JSON values
    """What is wrong with the value and all that is in it; values of a wrong type are not looked into."""
    if not fits(value, schema):
        yield Violation(path, wrong_type(value, schema))
    elif isinstance(value, dict):
        yield from _of_block(value, schema, path)
    elif isinstance(value, list):
        yield from _count(len(value), schema, "Items", path)
        for number, entry in enumerate(value):
            yield from structure_violations(entry, schema.get("items", {}), f"{path}[{number}]")
    else:
        yield from (Violation(path, message) for message in _of_scalar(value, schema))


def fits(value: Any, schema: Schema) -> bool:  # noqa: ANN401 - JSON values
    """Whether the value is of the schema's type."""
    if schema.get("x-kubernetes-int-or-string"):
        return isinstance(value, int | str) and not isinstance(value, bool)
    wanted = schema.get("type")
    if wanted is None:
        return True
    return isinstance(value, _TYPES[wanted]) and (wanted == "boolean" or not isinstance(value, bool))


def _of_block(value: Mapping[str, Any], schema: Schema, path: str) -> Iterator[Violation]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties")
    yield from _count(len(value), schema, "Properties", path)
    for name in schema.get("required", ()):
        if name not in value:
            yield Violation(_below(path, name), "is required")
    for name, member in value.items():
        if name in properties:
            yield from structure_violations(member, properties[name], _below(path, name))
        elif others:
            yield from structure_violations(member, others, f"{path}[{name}]")
        elif properties:
            yield Violation(_below(path, name), unknown_field(name, properties))


def _of_scalar(value: Any, schema: Schema) -> Iterator[str]:  # noqa: ANN401 - JSON scalars
    if isinstance(value, str):
        yield from _of_text(value, schema)
    elif not isinstance(value, bool):
        yield from _of_number(value, schema)
    if value not in schema.get("enum", (value,)):
        yield f"{shown(value)} is not allowed; use {_listed(schema['enum'])}"


def _of_text(value: str, schema: Schema) -> Iterator[str]:
    longest = schema.get("maxLength", len(value))
    if len(value) > longest and "enum" not in schema:
        yield f"has {len(value)} characters, but {longest} at most are allowed; shorten it"
    elif len(value) < schema.get("minLength", 0):
        yield "is empty; give a value, or leave the field out" if not value else f"{shown(value)} is too short"
    elif "pattern" in schema and not _has_rule_beside(schema) and not matches(value, schema["pattern"]):
        yield f"{shown(value)} does not look as it must: {schema['pattern']}"
    elif schema.get("format") == "date-time" and not _is_time(value):
        yield f'{shown(value)} is no time with a time zone; write one like "2027-02-01T08:00:00+01:00"'


def _is_time(text: str) -> bool:
    found = _TIME.fullmatch(text)
    try:
        return found is not None and bool(date.fromisoformat(found[1]))
    except ValueError:  # as the 30th of February
        return False


def _has_rule_beside(schema: Schema) -> bool:
    """Whether a rule means what the pattern means: it says so with a remedy, and one of the two is enough."""
    return any("matches(" in rule["rule"] for rule in schema.get("x-kubernetes-validations", ()))


def _of_number(value: float, schema: Schema) -> Iterator[str]:
    least, most = schema.get("minimum"), schema.get("maximum")
    bounds = f"{least} to {most}" if most is not None else f"{least} on" if least is not None else ""
    if schema.get("type") == "integer" and schema.get("format") == "int32" and value not in _INT32:
        most = _INT32.stop - 1 if most is None else most
        bounds = f"{_INT32.start if least is None else least} to {most}"
    too_small = least is not None and (value < least or (value == least and schema.get("exclusiveMinimum", False)))
    if too_small or (most is not None and value > most):
        kind = "a whole number" if schema.get("type") == "integer" else "a number"
        yield f"{shown(value)} is out of bounds; use {kind} from {bounds}"


def _count(number: int, schema: Schema, what: str, path: str) -> Iterator[Violation]:
    least, most = schema.get(f"min{what}", 0), schema.get(f"max{what}")
    if number < least or (most is not None and number > most):
        wanted = f"{least} to {most}" if least else f"at most {most}"
        entries = "1 entry" if number == 1 else f"{number} entries"
        yield Violation(path, f"has {entries}; {wanted} are allowed")


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _listed(values: list[Any]) -> str:
    *others, last = map(str, values)
    return f"{', '.join(others)} or {last}" if others else last
