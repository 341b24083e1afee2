"""The small languages of cells: yes and no, telephones, lists with | between, values by channel, and their inverses.

Readers raise CellError with the remedy. `(empty)` says "make it empty"; a blank cell says nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from connect_operator.cli.spreadsheet.fault import CellError

EMPTY = "(empty)"
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})
_PHONES = {"soft": "SOFT_PHONE", "desk": "DESK_PHONE"}
_SCIENTIFIC = re.compile(r"[+-]?\d+([.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\|=])")


def text(cell: str) -> str:
    """Text in the normal form that Connect takes."""
    return "" if cell == EMPTY else unicodedata.normalize("NFC", cell)


def number(cell: str) -> int:
    """A whole number; 30.0 is one."""
    plain = cell.removesuffix(".0").removesuffix(",0")
    if not re.fullmatch(r"[0-9]{1,12}", plain):
        raise CellError("is no whole number; write seconds, such as 30")
    return int(plain)


def yes_or_no(cell: str) -> bool:
    """Yes or no, true or false, 1 or 0."""
    if cell.lower() in _YES | _NO:
        return cell.lower() in _YES
    raise CellError("is neither yes nor no; write one of the two")


def telephone(cell: str) -> str:
    """A number as text; what a spreadsheet made of it cannot be put right."""
    if _SCIENTIFIC.fullmatch(cell):
        raise CellError(
            "was made a number by the spreadsheet, and has lost digits; format the column as text and type it anew"
        )
    return text(cell)


def phone_type(cell: str) -> str:
    """Soft or desk, also as SOFT_PHONE and DESK_PHONE."""
    plain = cell.lower().replace("_", " ").removesuffix("phone").strip()
    if plain not in _PHONES:
        raise CellError("is no kind of phone; write soft or desk")
    return _PHONES[plain]


def names(cell: str) -> list[str]:
    r"""Names with | between; a | in a name is written \|."""
    return [] if cell == EMPTY else [text(_plain(each)) for each in _split(cell) if each]


def pairs(cell: str) -> dict[str, str]:
    """`key=value` with | between."""
    found: dict[str, str] = {}
    for entry in _entries(cell):
        key, equals, value = _halves(entry)
        if not equals:
            raise CellError(f"{entry!r} has no =; write key=value, and | between two of them")
        if key in found:
            raise CellError(f"{key!r} is there twice; keep one")
        found[key] = value
    return found


def proficiencies(cell: str) -> list[dict[str, Any]]:
    """`Language=German:5` with | between."""
    found = []
    for entry in _entries(cell):
        name, equals, rest = _halves(entry)
        value, colon, level = rest.rpartition(":")
        if not (equals and colon and re.fullmatch(r"[0-9]+(\.[0-9]+)?", level.strip())):
            raise CellError(f"{entry!r} is no proficiency; write name=value:level, such as Language=German:5")
        found.append({"attributeName": name, "attributeValue": value.strip(), "level": _whole(float(level))})
    return found


def by_channel(make: Callable[[str, str], dict[str, Any]]) -> Callable[[str], list[dict[str, Any]]]:
    """`VOICE=yes|CHAT=no`; `make` turns channel and value into an entry of the list."""

    def read(cell: str) -> list[dict[str, Any]]:
        found = []
        for entry in _entries(cell):
            channel, equals, value = _halves(entry)
            if not equals:
                raise CellError(f"{entry!r} names no channel; write CHANNEL=value, such as VOICE=yes")
            found.append(make(channel.strip().upper(), value.strip()))
        return found

    return read


def joined(entries: list[str]) -> str:
    """Names or entries as one cell."""
    return "|".join(entries) if entries else EMPTY


def escaped(part: str, *, key: bool = False) -> str:
    """A name, key or value that holds what separates."""
    plain = part.replace("\\", "\\\\").replace("|", "\\|")
    return plain.replace("=", "\\=") if key else plain


def _entries(cell: str) -> list[str]:
    return [] if cell == EMPTY else [each for each in _split(cell) if each]


def _split(cell: str) -> list[str]:
    """The parts between bars; a backslash keeps the character after it from separating."""
    parts = [""]
    characters = iter(cell)
    for character in characters:
        if character == "|":
            parts.append("")
        else:
            parts[-1] += character + (next(characters, "") if character == "\\" else "")
    return [part.strip() for part in parts]


def _plain(part: str) -> str:
    return _ESCAPED.sub(r"\1", part)


def _halves(entry: str) -> tuple[str, str, str]:
    match = re.fullmatch(r"((?:\\.|[^\\=])*)=(.*)", entry, re.DOTALL)
    if match is None:
        return _plain(entry), "", ""
    return _plain(match[1]).strip(), "=", _plain(match[2]).strip()


def _whole(level: float) -> float:
    return int(level) if level.is_integer() else level
