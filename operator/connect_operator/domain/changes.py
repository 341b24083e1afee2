"""Differences and calls as data: what a plan is made of, and how one difference is written for a person."""

from __future__ import annotations

from typing import Any, NamedTuple

NOTHING = "(none)"


class Change(NamedTuple):
    """One difference: the manifest's field, and the old and new value as text."""

    field: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.field}: {self.old} -> {self.new}"


class Call(NamedTuple):
    """One write: the operation, AWS's parameters less InstanceId and UserId (or resourceArn), and what it changes.

    `needs` names what must have been read before the parameters are complete ("contact").
    """

    operation: str
    parameters: dict[str, Any]
    changes: tuple[Change, ...] = ()
    needs: frozenset[str] = frozenset()


def shown(value: object) -> str:
    """A value as a plan shows it; what is empty is `(none)`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(each) for each in value) or NOTHING
    return str(value) if value not in ("", None) else NOTHING
