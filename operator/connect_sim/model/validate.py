"""The model's constraints on input: required, length, range, pattern, enum. boto3 checks only some of them.

What the model cannot say (identity types, references, quotas) is checked by semantics. No message holds a value, so
none can hold a password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, MapShape, StructureShape

from connect_sim.model.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import OperationModel, Shape

# The mobile number may be set to "" to clear it, whatever its (broken) pattern says; semantics check it instead.
_UNCHECKED_PATTERNS = frozenset({"PhoneNumber"})


def violations(operation: OperationModel, params: Mapping[str, Any]) -> list[str]:
    """Return one sentence per violated constraint, each naming its member; empty if all hold."""
    shape = operation.input_shape
    if shape is None:
        return []
    empty_labels = [
        _sentence(name, "must have length greater than or equal to 1")
        for name, member in shape.members.items()
        if member.serialization.get("location") == "uri" and params.get(name) == ""
    ]
    return empty_labels or list(_check(shape, params, ""))


def constraint_message(found: list[str]) -> str:
    """Return the sentences as one message in the way AWS words it."""
    plural = "s" if len(found) > 1 else ""
    return f"{len(found)} validation error{plural} detected: {'; '.join(found)}"


def _sentence(path: str, constraint: str) -> str:
    return f"Value at '{path}' failed to satisfy constraint: Member {constraint}"


def _check(shape: Shape, value: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - a parsed JSON tree
    if isinstance(shape, StructureShape):
        yield from _check_structure(shape, value, path)
    elif isinstance(shape, ListShape):
        yield from _check_size(shape, len(value), path, "length")
        for number, item in enumerate(value, 1):
            yield from _check(shape.member, item, f"{path}.{number}.member")
    elif isinstance(shape, MapShape):
        yield from _check_size(shape, len(value), path, "length")
        for key, item in value.items():
            yield from _check(shape.key, key, f"{path}.key")
            yield from _check(shape.value, item, f"{path}.{key}")
    elif shape.type_name == "string":
        yield from _check_string(shape, value, path)
    elif shape.type_name in ("integer", "long", "float", "double"):
        yield from _check_size(shape, value, path, "value")


def _check_structure(shape: StructureShape, value: Mapping[str, Any], path: str) -> Iterator[str]:
    prefix = f"{path}." if path else ""
    for name in shape.metadata.get("required", ()):
        if name not in value:
            yield _sentence(f"{prefix}{name}", "must not be null")
    for name, item in value.items():
        yield from _check(shape.members[name], item, f"{prefix}{name}")


def _check_size(shape: Shape, size: float, path: str, what: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < float(low):
        yield _sentence(path, f"must have {what} greater than or equal to {low}")
    if high is not None and size > float(high):
        yield _sentence(path, f"must have {what} less than or equal to {high}")


def _check_string(shape: Shape, value: str, path: str) -> Iterator[str]:
    yield from _check_size(shape, len(value), path, "length")
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield _sentence(path, f"must satisfy enum value set: [{', '.join(enum)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and shape.name not in _UNCHECKED_PATTERNS and not compile_pattern(pattern).fullmatch(value):
        yield _sentence(path, f"must satisfy regular expression pattern: {pattern}")
