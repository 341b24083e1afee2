"""Differences and calls as data: what a plan is made of, and how one difference is written for a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

NOTHING = "(none)"

# What AWS's service model marks as sensitive (names, addresses, telephone numbers), and the mobile number beside them.
_PERSONAL = ("identityInfo.", "phoneConfig.deskPhoneNumber", "phoneNumberConfigs")


class Change(NamedTuple):
    """One difference: the manifest's field, and the old and new value as text."""

    field: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.field}: {self.old} -> {self.new}"

    @property
    def is_personal(self) -> bool:
        """Whether its values tell about a person what belongs into the object's status alone."""
        return self.field.startswith(_PERSONAL)

    @property
    def told(self) -> str:
        """The same for logs and Events, which go further than the object: personal data by its field only."""
        return self.field if self.is_personal else str(self)


class Call(NamedTuple):
    """One write: the operation, AWS's parameters less InstanceId and UserId (or resourceArn), and what it changes.

    `needs` names what must have been read before the parameters are complete ("contact").
    """

    operation: str
    parameters: dict[str, Any]
    changes: tuple[Change, ...] = ()
    needs: frozenset[str] = frozenset()


def asked(changes: Iterable[Change]) -> tuple[tuple[str, str], ...]:
    """What a write asks for, whatever was there before: a refusal is of that, and says nothing of other values."""
    return tuple((change.field, change.new) for change in changes)


def shown(value: object) -> str:
    """A value as a plan shows it; what is empty is `(none)`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(each) for each in value) or NOTHING
    return str(value) if value not in ("", None) else NOTHING
