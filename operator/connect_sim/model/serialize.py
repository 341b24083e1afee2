"""From an operation's output to the JSON body. Writers are compiled once per shape: pages hold up to 1000 records.

None is left out. A member that the model does not know is a mistake of the simulator and raises KeyError.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.model import ListShape, StructureShape

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

# None writes a value as it is: scalars, maps of strings and lists of scalars need no walk.
Writer = Callable[[Any], Any] | None


class Serializer:
    """Writes outputs of one service's operations."""

    def __init__(self) -> None:
        self._writers: dict[str, Writer] = {}

    def body(self, operation: OperationModel, output: dict[str, Any] | None) -> bytes:
        """Return the response body; void operations answer with an empty one."""
        shape = operation.output_shape
        if shape is None or not shape.members:
            return b""
        write = self._writer(shape)
        return msgspec.json.encode(write(output or {}) if write else output)

    def _writer(self, shape: Shape) -> Writer:
        if shape.name in self._writers:
            return self._writers[shape.name]
        # Shapes may be recursive, so the name is bound before the members are compiled.
        self._writers[shape.name] = partial(self._late, shape.name)
        self._writers[shape.name] = self._compile(shape)
        return self._writers[shape.name]

    def _late(self, name: str, value: object) -> Any:  # noqa: ANN401 - a JSON tree
        write = self._writers[name]
        return write(value) if write else value

    def _compile(self, shape: Shape) -> Writer:
        if isinstance(shape, StructureShape):
            members = {
                name: (member.serialization.get("name", name), self._writer(member))
                for name, member in shape.members.items()
            }
            return partial(_write_structure, members)
        if isinstance(shape, ListShape):
            write = self._writer(shape.member)
            return partial(_write_list, write) if write else None
        return _write_timestamp if shape.type_name == "timestamp" else None


def _write_structure(members: dict[str, tuple[str, Writer]], value: dict[str, Any]) -> dict[str, Any]:
    written = {}
    for name, item in value.items():
        if item is not None:
            wire_name, write = members[name]
            written[wire_name] = item if write is None else write(item)
    return written


def _write_list(write: Callable[[Any], Any], value: list[Any]) -> list[Any]:
    return [write(item) for item in value]


def _write_timestamp(value: float) -> float:
    return round(value, 3)
