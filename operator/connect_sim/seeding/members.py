"""API-shaped blocks as people write them: `identityInfo` or `IdentityInfo`, checked against the service model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, MapShape, StructureShape

from connect_sim.model.parse import from_json

if TYPE_CHECKING:
    from botocore.model import Shape


def to_members(shape: Shape, value: object, path: str) -> Any:  # noqa: ANN401 - a JSON tree
    """Return the value with the model's member names. Raises ValueError for an unknown member, ApiError for a type."""
    return from_json(shape, _renamed(shape, value, path), path)


def _renamed(shape: Shape, value: object, path: str) -> object:
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_renamed(shape.member, item, path) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {str(key): str(item) for key, item in value.items()}
    if not isinstance(shape, StructureShape) or not isinstance(value, dict):
        return value
    names = {name.lower(): name for name in shape.members}
    found = {}
    for key, item in value.items():
        name = names.get(str(key).lower())
        if name is None:
            raise ValueError(f"{path}: unknown member {key!r}; there are {', '.join(shape.members)}")
        found[name] = _renamed(shape.members[name], item, f"{path}.{name}")
    return found
