"""From a REST-JSON request to an operation's parameters: where each member travels, and its JSON type.

Constraints (length, range, pattern, enum, required) are validate.py's subject. Here only what cannot be read at all is
refused, with SerializationException, as AWS's front door does. Unknown members are ignored and null members dropped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, MapShape, StructureShape

from connect_sim.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from botocore.model import OperationModel, Shape


@dataclass(frozen=True, slots=True)
class WireRequest:
    """What of an HTTP request carries parameters. Labels are decoded; header names are lower case."""

    labels: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes


def parse_request(operation: OperationModel, wire: WireRequest) -> dict[str, Any]:
    """Return the parameters by member name. Raises ApiError SerializationException if they cannot be read."""
    shape = operation.input_shape
    if shape is None:
        return {}
    body = _json_object(wire.body)
    params: dict[str, Any] = {}
    for name, member in shape.members.items():
        value = _from_wire(member, name, wire, body)
        if value is not None:
            params[name] = value
    return params


def _json_object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        parsed = json.loads(body)
    except ValueError:
        # Not chained: the decoder's message quotes the body, which may hold a password.
        raise ApiError("SerializationException", "The request body is not valid JSON.") from None
    if not isinstance(parsed, dict):
        raise ApiError("SerializationException", "The request body must be a JSON object.")
    return parsed


def _from_wire(member: Shape, name: str, wire: WireRequest, body: Mapping[str, Any]) -> object:
    location = member.serialization.get("location")
    key = member.serialization.get("name", name)
    if location == "uri":
        return _from_text(member, wire.labels[key], name)
    if location == "header":
        text = wire.headers.get(key.lower())
        return None if text is None else _from_text(member, text, name)
    if location == "querystring":
        values = [value for found, value in wire.query if found == key]
        if not values:
            return None
        if isinstance(member, ListShape):
            return [_from_text(member.member, value, name) for value in values]
        return _from_text(member, values[-1], name)
    value = body.get(key)
    return None if value is None else from_json(member, value, name)


def _from_text(shape: Shape, text: str, path: str) -> object:
    kind = shape.type_name
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except ValueError:
        raise _wrong_type(path, kind) from None
    if kind == "boolean":
        if text not in ("true", "false"):
            raise _wrong_type(path, kind)
        return text == "true"
    return _timestamp(text, path) if kind == "timestamp" else text


_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "blob": (str,),
}


def from_json(shape: Shape, value: object, path: str) -> object:
    """Return a JSON value as the shape's type. Raises SerializationException that names the member, not the value."""
    kind = shape.type_name
    if isinstance(shape, StructureShape):
        return _structure(shape, value, path)
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            raise _wrong_type(path, kind)
        return [from_json(shape.member, item, f"{path}.{n}.member") for n, item in enumerate(value, 1)]
    if isinstance(shape, MapShape):
        if not isinstance(value, dict):
            raise _wrong_type(path, kind)
        return {key: from_json(shape.value, item, f"{path}.{key}") for key, item in value.items()}
    if kind == "timestamp":
        return _timestamp(value, path)
    if not isinstance(value, _SCALARS[kind]) or (isinstance(value, bool) and kind != "boolean"):
        raise _wrong_type(path, kind)
    return value


def _structure(shape: StructureShape, value: object, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong_type(path, "structure")
    found = {}
    for name, member in shape.members.items():
        item = value.get(member.serialization.get("name", name))
        if item is not None:
            found[name] = from_json(member, item, f"{path}.{name}")
    return found


def _timestamp(value: object, path: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        return datetime.fromisoformat(str(value)).timestamp()
    except ValueError:
        raise _wrong_type(path, "timestamp") from None


def _wrong_type(path: str, kind: str) -> ApiError:
    return ApiError("SerializationException", f"The value of {path} cannot be read as {kind}.")
