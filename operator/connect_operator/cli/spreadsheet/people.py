"""From rows to the specs of users: cell by cell, then by the rules of the kind, every fault with its cell. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connect_operator.cli.admission.judge import spec_violations
from connect_operator.cli.spreadsheet import cells, columns, values
from connect_operator.cli.spreadsheet.columns import Column
from connect_operator.cli.spreadsheet.fault import CellError, Fault
from connect_operator.cli.spreadsheet.header import Header
from connect_operator.cli.spreadsheet.table import Row, Table
from connect_operator.domain.rules.identity import username_form

Spec = dict[str, Any]
# Each excludes the other; a cell wins over the template.
_RIVALS = (
    ("routingProfileName", "routingProfileId"),
    ("securityProfileNames", "securityProfileIds"),
    ("hierarchyGroupPath", "hierarchyGroupId"),
    ("instanceRef", "instanceId"),
    ("phoneConfig.autoAccept", "autoAcceptConfigs"),
    ("phoneConfig.afterContactWorkTimeLimit", "afterContactWorkConfigs"),
    ("phoneConfig.phoneType", "phoneNumberConfigs"),
    ("phoneConfig.deskPhoneNumber", "phoneNumberConfigs"),
    ("phoneConfig.persistentConnection", "persistentConnectionConfigs"),
)
_REQUIRED = (
    ("routing profile name", "routingProfileName", "routingProfileId"),
    ("security profile names", "securityProfileNames", "securityProfileIds"),
)
_ERRORS = ("#REF!", "#NAME?", "#N/A", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#BEZUG!", "#WERT!", "#NV")
_LOST = "\ufffd"
_LOGIN = next(column for column in columns.ALL if column.path == "username")
_LEADS = re.compile("[\u00c2\u00c3]|\u00e2\u20ac")


@dataclass(frozen=True, slots=True)
class Base:
    """What every user gets besides: the template's spec, and the reference to the instance if it is given apart."""

    spec: Mapping[str, Any] = field(default_factory=dict)
    reference: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class People:
    """The specs by username in the file's order, and everything that is wrong."""

    specs: dict[str, Spec] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_people(table: Table, header: Header, base: Base) -> People:
    """All users of a table. That a login stands there twice is told whatever else is wrong with its rows."""
    people = People()
    seen: dict[str, Row] = {}
    for row in table.rows:
        spec = _spec(row, header, base, people.faults)
        username = _login(row, header, base) if spec is None else spec["username"]
        former = seen.setdefault(username, row) if username else row
        if former is not row:
            _repeated(row, former, header, username, people)
        elif spec is not None:
            people.faults += _violations(spec, row, header)
            people.faults += _unfit_logins(spec, row, header)
            people.specs[username] = spec
    # What a column lacks is told once, and not again for each row.
    people.faults = list(dict.fromkeys(people.faults))
    return people


def _login(row: Row, header: Header, base: Base) -> str:
    """The login of a row that is no user; "" where it has none that can be read."""
    place = header.place(_LOGIN)
    cell = row.cells[place] if place is not None and place < len(row.cells) else ""
    try:
        return str(_value(cell, _LOGIN)) if cell else str(base.spec.get("username", ""))
    except CellError:
        return ""


def _spec(row: Row, header: Header, base: Base, faults: list[Fault]) -> Spec | None:
    """The spec of a row; None where a cell cannot be read or is missing."""
    here: list[Fault] = []
    own: Spec = {}
    for place, column in header.columns.items():
        if place < len(row.cells) and row.cells[place]:
            try:
                _put(own, column.path, _value(row.cells[place], column))
            except CellError as error:
                here.append(Fault(str(error), header.at(place, row)))
    extra = [cell for cell in row.cells[len(header.row.cells) :] if cell]
    if extra:
        here.append(
            Fault(
                f"has {len(row.cells)} cells, but there are {len(header.row.cells)} columns; "
                "put text that holds the separator in quotes",
                row=row.number,
            )
        )
    spec = _merged(base, own)
    unread = {each.place for each in here} - {None}
    here += [each for each in _missing(spec, row, header) if each.place not in unread]
    faults += here
    if not here:
        return spec
    faults += _elsewhere(here, spec, row, header)
    return None


def _elsewhere(told: list[Fault], spec: Spec, row: Row, header: Header) -> list[Fault]:
    """What the rules say of the other cells of a row that has faults; of these they would only tell the same again."""
    if not spec.get("username"):
        return []
    places = {None, *(each.place for each in told)}
    found = [*_violations(spec, row, header), *_unfit_logins(spec, row, header)]
    return [each for each in found if each.place not in places]


def _value(cell: str, column: Column) -> Any:  # noqa: ANN401 - JSON values
    text = cells.read(cell)
    if text == cell and text.startswith(("=", "＝")):  # noqa: RUF001 - a full-width =
        raise CellError("is a formula; paste its value instead, or write an apostrophe in front if it is meant as text")
    if text.upper() in _ERRORS:
        raise CellError("is the error of a formula; correct the formula, or paste a value")
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise CellError("holds a line break or another control character; type it anew in one line")
    if _LOST in text:
        raise CellError("has lost a character; type it anew, and save the file as CSV UTF-8")
    garbled = _garbled(text)
    if garbled:
        raise CellError(f"is UTF-8 that was read as Windows-1252; did you mean {garbled!r}? open the file as UTF-8")
    if text == values.EMPTY and not column.clears:
        raise CellError("cannot be made empty; give a value, or leave the cell blank to leave the field out")
    return column.read(text)


def _garbled(text: str) -> str:
    """What a text was before its UTF-8 was taken for Windows-1252; "" if it was not.

    Only the bytes that begin Western letters and punctuation count: by the others, names would be Hebrew.
    """
    if not _LEADS.search(text):
        return ""
    try:
        before = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""
    return before


def _put(spec: Spec, path: str, value: Any) -> None:  # noqa: ANN401 - JSON values
    block, _, member = path.rpartition(".")
    (spec.setdefault(block, {}) if block else spec)[member] = value


def _merged(base: Base, own: Spec) -> Spec:
    """The template's spec with the row's cells in place; members in the order in which a person reads them."""
    kept = _without_rivals(base.spec, own)
    if base.reference:
        own = {name: value for name, value in own.items() if name != "instanceId"}
        kept = {name: value for name, value in kept.items() if name not in ("instanceId", "instanceRef")}
    merged: Spec = {**kept, **base.reference, **own}
    for name, block in own.items():
        if isinstance(kept.get(name), dict) and isinstance(block, dict) and name != "tags":
            merged[name] = {**kept[name], **block}
    return {name: merged[name] for name in sorted(merged, key=_order)}


def _without_rivals(template: Mapping[str, Any], own: Spec) -> Spec:
    """The template's spec, less what a cell says in another way."""
    kept = {name: dict(value) if isinstance(value, dict) else value for name, value in template.items()}
    for pair in _RIVALS:
        for one, other in (pair, pair[::-1]):
            if _holds(own, one):
                _take_off(kept, other)
    return kept


def _holds(spec: Spec, path: str) -> bool:
    block, _, member = path.rpartition(".")
    return member in (spec.get(block, {}) if block else spec)


def _take_off(spec: Spec, path: str) -> None:
    block, _, member = path.rpartition(".")
    inside = spec.get(block) if block else spec
    if isinstance(inside, dict):
        inside.pop(member, None)
        if not inside and block:
            del spec[block]


_ORDER = [
    "instanceRef",
    "instanceId",
    "username",
    "identityInfo",
    "passwordSecretRef",
    "directoryUserId",
    *dict.fromkeys(column.path.split(".")[0] for column in columns.ALL),
]


def _order(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER and name != "adoptionPolicy" else len(_ORDER)


def _missing(spec: Spec, row: Row, header: Header) -> list[Fault]:
    """What is required and blank; a row without a login is told of that alone."""
    if not spec.get("username"):
        return [_blank("user login", columns.find("user login"), row, header)]
    found = [
        _blank(name, columns.find(one), row, header)
        for name, one, other in _REQUIRED
        if one not in spec and other not in spec
    ]
    if "instanceRef" not in spec and "instanceId" not in spec:
        column = columns.find("instance id")
        has_column = column is not None and header.place(column) is not None
        message = "no instance is named; say --instance-ref NAME, or fill the column instance id"
        found.append(Fault(message, row=row.number if has_column else header.row.number))
    return found


def _blank(name: str, column: Column | None, row: Row, header: Header) -> Fault:
    place = header.place(column) if column is not None else None
    # A template says nothing that is of one user.
    besides = "" if column is _LOGIN else ", or give a --template that says it for all"
    if place is None:
        return Fault(f'there is no column "{name}"; add it{besides}', row=header.row.number)
    return Fault(f"is blank; fill it in{besides}", header.at(place, row))


def _repeated(row: Row, former: Row, header: Header, username: str, people: People) -> None:
    if row.cells == former.cells:
        people.notes.append(f"row {row.number} repeats row {former.number} ({username}), and was left out")
        return
    place = header.place(_LOGIN)
    message = f"row {former.number} has this login, too, with other values; keep one of the two"
    people.faults.append(Fault(message, header.at(place, row)) if place is not None else Fault(message, row=row.number))


def _violations(spec: Spec, row: Row, header: Header) -> list[Fault]:
    """What the rules of the kind say, each at the cell that it is about."""
    found = []
    for violation in spec_violations("ConnectUser", spec, spec["username"]):
        field_name = violation.field.split("[")[0]
        place = next(
            (place for place, column in header.columns.items() if _about(field_name, column.path)),
            None,
        )
        if place is None:
            found.append(Fault(violation.text, row=row.number))
        else:
            found.append(Fault(violation.message, header.at(place, row)))
    return found


def _unfit_logins(spec: Spec, row: Row, header: Header) -> list[Fault]:
    """A login that Connect would refuse to create; one that exists is taken over whatever it is."""
    if spec.get("adoptionPolicy", "Never") != "Never":
        return []
    place = header.place(_LOGIN)
    told = [each.removeprefix("spec.username: ") for each in username_form(spec["username"])]
    return [Fault(each, header.at(place, row)) if place is not None else Fault(each, row=row.number) for each in told]


def _about(field_name: str, path: str) -> bool:
    return bool(field_name) and (field_name == path or path.startswith(f"{field_name}."))
