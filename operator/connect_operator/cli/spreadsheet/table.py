"""From the bytes of a CSV file to rows, whatever wrote it: byte order marks, Windows-1252, semicolons, tabs, quotes.

What is guessed is told. What cannot be read for sure (a quote without its twin) is a fault, never a guess.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

from connect_operator.cli.spreadsheet.fault import Fault

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# As many bytes as tell UTF-16 that has no mark.
_HEAD = 16
_DELIMITERS = (",", ";", "\t")
# What spreadsheets hold in a cell, and more columns and rows than anybody has users and settings.
_LONGEST_CELL, _MOST_COLUMNS, _MOST_ROWS = 32_767, 1000, 100_000
_WESTERN = "cp1252"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank; `number` as a spreadsheet shows it, from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The header, the rows below it, and what was guessed."""

    header: Row
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def read_table(content: bytes, known: Callable[[str], bool]) -> Table | Fault:
    """The table in a file; `known` tells whether a header is one of ours, by which the delimiter is found."""
    notes: list[str] = []
    text = _decoded(content, notes)
    if isinstance(text, Fault):
        return text
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return Fault(f"line {line}: holds a NUL byte, so this is no CSV file; save it as CSV UTF-8")
    text, delimiter = _delimiter(text, known)
    rows = _rows(text, delimiter)
    if isinstance(rows, Fault):
        return rows
    if not rows:
        return Fault("the file is empty; its first row has to name the columns")
    if len(rows) == 1:
        return Fault("there is no row below the first one, which names the columns; add a row for each user")
    return Table(rows[0], tuple(rows[1:]), tuple(notes))


def _decoded(content: bytes, notes: list[str]) -> str | Fault:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                return _undecodable(content, error.start + len(mark), encoding)
    wide = _without_mark(content[:_HEAD])
    try:
        return content.decode(wide or "utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode(_WESTERN)
    except UnicodeDecodeError as error:
        return _undecodable(content, error.start, "UTF-8 or Windows-1252")
    notes.append("the file is not UTF-8 and was read as Windows-1252; look at the accents, or save it as CSV UTF-8")
    return text


def _without_mark(head: bytes) -> str:
    """UTF-16 by the names of columns, in which every other byte is NUL; "" for anything else."""
    first, second = head[::2], head[1::2]
    if len(head) < _HEAD or any(first) == any(second):
        return ""
    wide, filled = ("utf-16-le", first) if any(first) else ("utf-16-be", second)
    return wide if all(filled) else ""


def _undecodable(content: bytes, position: int, encoding: str) -> Fault:
    line = content[:position].count(b"\n") + 1
    return Fault(f"line {line}: byte {position} is no {encoding}; save the file as CSV UTF-8 and try again")


def _delimiter(text: str, known: Callable[[str], bool]) -> tuple[str, str]:
    """The text without a `sep=` line, which Excel does not show either, and the delimiter that finds most columns."""
    first, _, rest = text.partition("\n")
    said = first.strip().lower()
    if said.startswith("sep=") and len(said) <= len("sep=;"):
        return rest, (first.strip()[len("sep=") :] or "\t")
    filled = text.lstrip("\r\n")

    def found(delimiter: str) -> int:
        header = next(csv.reader(io.StringIO(filled, newline=""), delimiter=delimiter), [])
        return sum(known(cell) for cell in header[:_MOST_COLUMNS])

    try:
        return text, max(_DELIMITERS, key=found)
    except csv.Error:
        return text, ","


def _rows(text: str, delimiter: str) -> list[Row] | Fault:
    former = csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[Row] = []
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if len(cells) > _MOST_COLUMNS:
                told = f"has {len(cells)} columns, and {_MOST_COLUMNS} are the most; remove the others"
                return Fault(told, row=number)
            stripped = tuple(map(_stripped, cells))
            if any(stripped):
                if len(found) > _MOST_ROWS:
                    return Fault(f"is row {_MOST_ROWS + 1} of those below the first; divide the file", row=number)
                found.append(Row(number, stripped))
    except csv.Error as error:
        return Fault(_broken(str(error)), row=number + 1)
    finally:
        csv.field_size_limit(former)
    return found


def _broken(error: str) -> str:
    if "larger than" in error:
        return f"has a cell of more than {_LONGEST_CELL} characters; a quote is missing somewhere above"
    return 'a quote is not closed, or stands in mid-cell; write a cell with quotes as "a ""quoted"" word"'


def _stripped(cell: str) -> str:
    """The cell without blanks around it, no-break spaces and invisible marks included."""
    return cell.strip(" \t\r\n\v\f\u00a0\u200b\ufeff\u2028\u2029\u3000")
