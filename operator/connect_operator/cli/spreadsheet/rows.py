"""From specs of users to rows: the inverse of people.py, and which cells it could not read back as they were. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connect_operator.cli.spreadsheet.columns import ALL, Column
from connect_operator.cli.spreadsheet.fault import CellError

Spec = Mapping[str, Any]


def header() -> list[str]:
    """The headers of all columns; they are the same for every instance, so that files can be compared."""
    return [column.header for column in ALL]


def row(spec: Spec) -> list[str]:
    """The cells of a user."""
    return [_cell(spec, column) for column in ALL]


def lossy(specs: Iterable[Spec]) -> Iterator[str]:
    """A sentence for each value that would not come back: blanks around it, or another Unicode form of a name."""
    for spec in specs:
        for column in ALL:
            value, cell = _value(spec, column), _cell(spec, column)
            if value is not None and not _comes_back(value, cell, column):
                yield (
                    f"{spec['username']}: a spreadsheet cannot keep {column.path} exactly (blanks around it, or "
                    "another Unicode form); `connect-operator import` can"
                )


def _comes_back(value: object, cell: str, column: Column) -> bool:
    try:
        return cell == cell.strip() and bool(column.read(cell) == value)
    except CellError:
        return False


def _cell(spec: Spec, column: Column) -> str:
    value = _value(spec, column)
    return "" if value is None else column.write(value)


def _value(spec: Spec, column: Column) -> Any:  # noqa: ANN401 - JSON values
    block, _, member = column.path.rpartition(".")
    found: Any = spec.get(block, {}) if block else spec
    return found.get(member)
