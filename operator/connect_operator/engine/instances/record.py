"""What is known of one user in Connect, and what one reading of it says about the one before. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import UNSET

from connect_operator.domain.connect.unlisted import CONTACT, PROFICIENCIES
from connect_operator.domain.connect.user import ObservedUser, UserSummary
from connect_operator.engine.instances.own_writes import OwnWrite, fields_of, left, left_beside

NEVER = float("-inf")


@dataclass(slots=True)
class Record:
    """One user: its content as far as known, and how that is known.

    `last_modified` is Connect's own stamp of the content; `writes` are ours that no reading has overruled yet, the
    newest first, whose fields `user` has as we wrote them; `read` is what a reading since the last write showed of
    the whole user, those fields included. `partial` when the lists have not shown all that they can (only ListUsers
    did, which has no content, or the unit of after-contact work was left open), so DescribeUser is needed; `missing`
    when the last complete sweep did not show it; `former_owner` the owner tag that our write replaced;
    `described_tick` when DescribeUser last showed it; `tags_read_tick` likewise, or when Connect took the owner tag
    from us. `settled` is what the two lists showed of the user when nothing was left to be taken of it: the same
    again changes nothing, whatever it is.
    """

    user: ObservedUser
    last_modified: float | None = None
    writes: tuple[OwnWrite, ...] = ()
    partial: bool = False
    missing: bool = False
    former_owner: str = ""
    described_tick: float = NEVER
    tags_read_tick: float = NEVER
    read: ObservedUser | None = None
    settled: tuple[UserSummary, ObservedUser] | None = None

    @property
    def written(self) -> OwnWrite | None:
        """Our last write that no reading has overruled."""
        return self.writes[0] if self.writes else None

    @property
    def ours(self) -> frozenset[str]:
        """The fields of `user` that are as we wrote them, whatever was read."""
        return fields_of(self.writes)

    @property
    def shown(self) -> ObservedUser | None:
        """The user as a reading showed it since our last write; None as long as there was none."""
        return self.read if self.ours else self.user


@dataclass(slots=True)
class Sweep:
    """A complete reading of both lists; `started_tick` before its first call."""

    started_tick: float
    listed: dict[str, UserSummary] = field(default_factory=dict)
    searched: dict[str, ObservedUser] = field(default_factory=dict)


def overruled(before: Record | None, user: ObservedUser, stamp: float | None) -> Record:
    """The record of a reading that counts in full. What it cannot show (proficiencies) is still as we wrote it."""
    record = Record(user=user, last_modified=stamp)
    if before is not None:
        record.writes = left(before.writes, lambda _, field: is_hidden(field, user))
        if record.writes:
            unread = msgspec.structs.replace(user, proficiencies=UNSET)
            record.read = unread if before.read is None else keeping_details(unread, before.read)
    return record


def not_overruled(
    record: Record, read: ObservedUser, stamp: float | None, started: float, window: float
) -> tuple[OwnWrite, ...]:
    """Our writes with those fields in which this reading, of a version with that stamp, may be older than they are."""
    return left_beside(
        record.writes,
        lambda write, field: write.is_young(started, window) and (is_hidden(field, read) or not write.is_before(stamp)),
    )


def is_hidden(field: str, user: ObservedUser) -> bool:
    """Whether this reading of the user could not show that field."""
    if field == PROFICIENCIES:
        return True  # what the user has of them was not in this reading
    return field.startswith(f"{CONTACT}.") and user.contact is UNSET


def keeping_details(found: ObservedUser, before: ObservedUser) -> ObservedUser:
    """What a reading shows, with what it cannot show as it was read before."""
    names = (CONTACT, PROFICIENCIES, "after_contact_work_configs")
    kept: dict[str, Any] = {name: getattr(before, name) for name in names if getattr(found, name) is UNSET}
    return msgspec.structs.replace(found, **kept) if kept else found


def is_open(user: ObservedUser) -> bool:
    """Whether the reading left the unit of after-contact work open."""
    return user.after_contact_work_configs is UNSET


def is_stale(before: Record, stamp: float | None) -> bool:
    """Whether a list shows an older state than one that was read before: its replica lags."""
    return stamp is not None and before.last_modified is not None and stamp < before.last_modified


def is_news(found: ObservedUser, stamp: float | None, before: Record) -> bool:
    """Whether a list shows anything of a partly known user that it did not show before."""
    return found != before.user or stamp != before.last_modified or not before.partial
