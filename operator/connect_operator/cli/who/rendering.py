"""People as a table, as CSV and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from connect_operator.cli.spreadsheet.cells import csv_text
from connect_operator.cli.terminal import json_text, printable
from connect_operator.cli.who.people import Person

_COLUMNS = ("INSTANCE", "USERNAME", "NAME", "ROUTING PROFILE", "SECURITY PROFILES", "GROUP", "STATE", "MANAGED BY")


def table(people: Sequence[Person]) -> Iterator[str]:
    """Lines that line up; nothing is cut."""
    rows = [_COLUMNS, *(tuple(printable(cell) or "-" for cell in _cells(each, ", ")) for each in people)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_COLUMNS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def csv_document(people: Sequence[Person]) -> str:
    """A header and a row each; several security profiles are separated as in AWS's own upload template."""
    header = [column.lower() for column in _COLUMNS]
    rows = [[*header, "user id"], *([*_cells(each, "|"), each.user_id] for each in people)]
    return csv_text(rows)


def json_document(people: Sequence[Person], problems: dict[str, str]) -> str:
    """All that is known, for programs."""
    document = {"users": [_object(each) for each in people], "problems": problems}
    return json_text(document)


def _cells(person: Person, separator: str) -> tuple[str, ...]:
    owner = person.owner
    managed = f"{owner.object_name} (cluster {owner.cluster})" if owner else "nobody"
    if owner and person.gone:
        managed = f"nobody: {owner.object_name} is gone (cluster {owner.cluster})"
    return (
        person.instance,
        person.username,
        person.name,
        person.routing_profile,
        separator.join(person.security_profiles),
        person.group,
        "inactive" if person.inactive else "active",
        managed,
    )


def _object(person: Person) -> dict[str, Any]:
    owner = person.owner
    return {
        "instance": person.instance,
        "username": person.username,
        "name": person.name,
        "userId": person.user_id,
        "routingProfile": person.routing_profile,
        "securityProfiles": list(person.security_profiles),
        "hierarchyGroup": person.group,
        "inactive": person.inactive,
        "managed": person.managed,
        "owner": {"cluster": owner.cluster, "uid": owner.uid, "object": owner.object_name} if owner else None,
    }
