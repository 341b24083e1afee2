"""What is wrong in a spreadsheet, told so that a person finds the cell: row, column, value, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST = 60
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Place:
    """A cell: its row and column as a spreadsheet counts them (from 1), the header above it, and what stands there."""

    row: int
    column: int
    header: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake. Without a place it concerns the file; with a row alone, the row as a whole."""

    message: str
    place: Place | None = None
    row: int = 0

    @property
    def text(self) -> str:
        """The whole sentence."""
        if self.place is None:
            return f"row {self.row}: {self.message}" if self.row else self.message
        value = f", value {_short(self.place.value)}" if self.place.value else ""
        return f'row {self.place.row}, column {letters(self.place.column)} "{self.place.header}"{value}: {self.message}'


class CellError(ValueError):
    """A cell that cannot be read; the message says what is wrong with it, and the remedy."""


def letters(column: int) -> str:
    """What a spreadsheet writes above a column: A, B, … Z, AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        name = chr(ord("A") + rest) + name
    return name


def _short(value: str) -> str:
    return repr(value if len(value) <= _LONGEST else value[:_LONGEST] + "…")
