"""The first row: which column stands where, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.cli.spreadsheet import columns
from connect_operator.cli.spreadsheet.columns import Column
from connect_operator.cli.spreadsheet.fault import Fault, Place
from connect_operator.cli.spreadsheet.table import Row, Table


@dataclass(frozen=True, slots=True)
class Header:
    """The columns by their place (from 0), the places of passwords, and the row as it was written."""

    row: Row
    columns: dict[int, Column]
    passwords: frozenset[int]

    def place(self, column: Column) -> int | None:
        """Where a column stands."""
        return next((place for place, each in self.columns.items() if each is column), None)

    def at(self, place: int, row: Row) -> Place:
        """A cell, for a person."""
        value = row.cells[place] if place < len(row.cells) else ""
        return Place(row.number, place + 1, self.row.cells[place], value)


def read_header(table: Table, faults: list[Fault]) -> Header:
    """The header of a table; what is wrong with it goes to `faults`."""
    found: dict[int, Column] = {}
    passwords = set()
    for place, name in enumerate(table.header.cells):
        where = Place(table.header.number, place + 1, name)
        column = columns.find(name)
        if columns.is_password(name):
            passwords.add(place)
        elif column is not None and column in found.values():
            faults.append(Fault(f'is a second column for "{column.header}"; remove one of the two', where))
        elif column is not None:
            found[place] = column
        elif name or _holds_something(table, place):
            faults.append(Fault(_unknown(name), where))
    return Header(table.header, found, frozenset(passwords))


def _unknown(name: str) -> str:
    if not name:
        return "has no name, but there are values below; name it, or remove it"
    return f"there is no such column; {columns.meant(name)}"


def _holds_something(table: Table, place: int) -> bool:
    return any(place < len(row.cells) and row.cells[place] for row in table.rows)
