"""The inventory: what Connect holds, one snapshot per instance, from sweeps, single reads and our own writes.

The rule for all of it: never conclude absence, nor a change back, from a weak witness. Connect is eventually
consistent for up to `window` seconds, so what was read within that time after our own write, without a newer
LastModifiedTime, does not overrule the write.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import UNSET

from connect_operator.domain.ownership import OWNER_TAG
from connect_operator.domain.spec import Proficiency
from connect_operator.domain.user import Described, ObservedUser, UserSummary

# Server times of our writes come from HTTP's Date, which counts whole seconds.
DATE_GRANULARITY = 1.0
_DETAILS = ("contact", "proficiencies")


@dataclass(slots=True)
class Record:
    """One user: its content as far as known, and how that is known. Times are epoch seconds.

    `last_modified` is Connect's own stamp of the content; `written` when our last write was acknowledged (our clock),
    `written_stamp` the same on the server's clock; `partial` when the lists have not shown all that they can (only
    ListUsers did, which has no content, or the unit of after-contact work was left open), so DescribeUser is needed;
    `missing` when the last complete sweep did not show it; `former_owner` the owner tag that our write replaced.
    `believed` names what no list shows ("contact", "proficiencies") and only our own write's acknowledgement tells.
    """

    user: ObservedUser
    last_modified: float | None = None
    written: float | None = None
    written_stamp: float | None = None
    partial: bool = False
    missing: bool = False
    former_owner: str = ""
    believed: frozenset[str] = frozenset()


@dataclass(slots=True)
class Sweep:
    """A complete reading of both lists; `started` before its first call (epoch seconds)."""

    started: float
    listed: dict[str, UserSummary] = field(default_factory=dict)
    searched: dict[str, ObservedUser] = field(default_factory=dict)


class Inventory:
    """All users of one instance, as last observed or written."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._records: dict[str, Record] = {}
        self._names: dict[str, str] = {}
        self._deleted: dict[str, float] = {}
        self.swept: float | None = None

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(tuple(self._records.values()))

    def get(self, user_id: str) -> Record | None:
        """The record of that user."""
        return self._records.get(user_id)

    def named(self, username: str) -> Record | None:
        """The record of the user of exactly that name."""
        user_id = self._names.get(username)
        return self._records.get(user_id) if user_id is not None else None

    def take_sweep(self, sweep: Sweep) -> set[str]:
        """Take in a complete sweep; returns the ids of the users about which something is new."""
        self._deleted = {each: when for each, when in self._deleted.items() if sweep.started < when + self._window}
        changed: set[str] = set()
        for user_id in sweep.listed.keys() | sweep.searched.keys():
            if user_id not in self._deleted and self._take_seen(user_id, sweep):
                changed.add(user_id)
        for user_id, record in tuple(self._records.items()):
            if user_id in sweep.listed or user_id in sweep.searched:
                record.missing = False
            elif not self._within_window(record, sweep.started) and not record.missing:
                record.missing = True
                changed.add(user_id)
        self.swept = sweep.started
        return changed

    def take_described(self, described: Described, started: float) -> None:
        """Take in an answer of DescribeUser that was asked for at `started`."""
        if self._is_late(described.user.user_id, started):
            return
        before = self._records.get(described.user.user_id)
        if (
            before is not None
            and not before.partial
            and not self._overrules(before, described.last_modified, started, described.user)
        ):
            # It may be older than our own write; but what was never read cannot contradict that.
            before.user = _filled(before.user, described.user)
            return
        user = described.user
        if before is not None and user.proficiencies is UNSET:
            user = msgspec.structs.replace(user, proficiencies=before.user.proficiencies)
        believed = before.believed - {"contact"} if before is not None else frozenset[str]()
        self._put(Record(user=user, last_modified=described.last_modified, believed=believed), before)

    def take_found(self, user: ObservedUser, started: float) -> None:
        """Take in the one user that SearchUsers found by name at `started`."""
        if self._is_late(user.user_id, started):
            return
        before = self._records.get(user.user_id)
        if before is None or before.partial:
            stamp = before.last_modified if before else None
            self._put(Record(user=user, last_modified=stamp, partial=_is_open(user)), before)
        elif self._overrules(before, None, started, user):
            kept = _keeping_details(user, before.user)
            stamp, believed = before.last_modified, before.believed
            self._put(Record(user=kept, last_modified=stamp, partial=_is_open(kept), believed=believed), before)

    def take_proficiencies(self, user_id: str, held: tuple[Proficiency, ...], started: float) -> None:
        """Take in an answer of ListUserProficiencies that was asked for at `started`.

        It has no LastModifiedTime of the user, so within the window after a write of ours it cannot overrule that.
        """
        record = self._records.get(user_id)
        if record is None:
            return
        if record.user.proficiencies is UNSET or not self._within_window(record, started):
            ordered = tuple(sorted(held, key=lambda each: (each.attribute_name, each.attribute_value)))
            record.user = msgspec.structs.replace(record.user, proficiencies=ordered)
            record.believed -= {"proficiencies"}

    def forget_proficiencies(self, user_id: str) -> None:
        """What was read of them is in doubt."""
        record = self._records.get(user_id)
        if record is not None:
            record.user = msgspec.structs.replace(record.user, proficiencies=UNSET)

    def take_written(self, user: ObservedUser, *, now: float, stamp: float) -> None:
        """Take in what a write of ours, acknowledged now, has made of a user."""
        before = self._records.get(user.user_id)
        last_modified = before.last_modified if before is not None else None
        record = Record(user=user, last_modified=last_modified, written=now, written_stamp=stamp)
        if before is not None:
            held = before.user.tags.get(OWNER_TAG, "")
            moved = {name for name in _DETAILS if getattr(before.user, name) != getattr(user, name)}
            record.believed = before.believed | moved
            record.former_owner = before.former_owner if held == user.tags.get(OWNER_TAG, "") else held
        self._put(record, before)

    def take_deleted(self, user_id: str, now: float) -> None:
        """A user of whom we know that it is gone: deleted by us, or absent by strong evidence."""
        self._forget(user_id)
        self._deleted[user_id] = now

    def was_written_within_window(self, user_id: str, now: float) -> bool:
        """Whether our last write to that user is too recent for an absence to mean anything."""
        record = self._records.get(user_id)
        return record is not None and self._within_window(record, now)

    def _is_late(self, user_id: str, started: float) -> bool:
        """Whether a reading shows a user that we know to be gone: the index lags, or the answer was under way."""
        deleted = self._deleted.get(user_id)
        return deleted is not None and started < deleted + self._window

    def _take_seen(self, user_id: str, sweep: Sweep) -> bool:
        summary = sweep.listed.get(user_id)
        found = sweep.searched.get(user_id)
        stamp = summary.last_modified if summary is not None else None
        before = self._records.get(user_id)
        if found is None:
            return summary is not None and self._take_listed(summary, before)
        if before is None or before.partial:
            if before is not None and not _is_news(found, stamp, before):
                return False
            self._put(Record(user=found, last_modified=stamp, partial=_is_open(found)), before)
            return True
        if not self._overrules(before, stamp, sweep.started, found):
            before.last_modified = stamp if stamp is not None else before.last_modified
            return False
        unmoved = stamp is not None and stamp == before.last_modified
        user = _keeping_details(found, before.user) if unmoved else found
        same = user == before.user and unmoved and not before.missing
        believed = before.believed if unmoved else frozenset[str]()
        self._put(Record(user=user, last_modified=stamp, partial=_is_open(user), believed=believed), before)
        return not same

    def _take_listed(self, summary: UserSummary, before: Record | None) -> bool:
        """A user that ListUsers shows and SearchUsers does not (its index lags): known by name only."""
        if before is not None:
            moved = before.last_modified != summary.last_modified
            before.last_modified = summary.last_modified
            return moved
        user = ObservedUser(user_id=summary.user_id, arn=summary.arn, username=summary.username)
        self._put(Record(user=user, last_modified=summary.last_modified, partial=True), None)
        return True

    def _overrules(self, before: Record, stamp: float | None, started: float, read: ObservedUser) -> bool:
        """Whether what was read counts more than what is known: not within the window after a write of ours.

        An owner tag that we neither wrote nor replaced is no stale view of our write: somebody else took the user.
        """
        if not self._within_window(before, started):
            return True
        owner = read.tags.get(OWNER_TAG, "")
        if owner and owner not in (before.user.tags.get(OWNER_TAG), before.former_owner):
            return True
        written = before.written_stamp
        return stamp is not None and written is not None and stamp > written + DATE_GRANULARITY

    def _within_window(self, record: Record, started: float) -> bool:
        return record.written is not None and started < record.written + self._window

    def _put(self, record: Record, before: Record | None) -> None:
        if before is not None and before.user.username != record.user.username:
            self._names.pop(before.user.username, None)
        self._records[record.user.user_id] = record
        self._names[record.user.username] = record.user.user_id

    def _forget(self, user_id: str) -> None:
        record = self._records.pop(user_id, None)
        if record is not None and self._names.get(record.user.username) == user_id:
            del self._names[record.user.username]


def _keeping_details(found: ObservedUser, before: ObservedUser) -> ObservedUser:
    """What SearchUsers shows, with what it cannot show as it was read before."""
    kept: dict[str, Any] = {"contact": before.contact, "proficiencies": before.proficiencies}
    if found.after_contact_work_configs is UNSET:
        kept["after_contact_work_configs"] = before.after_contact_work_configs
    return msgspec.structs.replace(found, **kept)


def _filled(user: ObservedUser, described: ObservedUser) -> ObservedUser:
    """The user with what was not known of it so far."""
    names = ("contact", "after_contact_work_configs")
    missing = {name: getattr(described, name) for name in names if getattr(user, name) is UNSET}
    return msgspec.structs.replace(user, **missing)


def _is_open(user: ObservedUser) -> bool:
    return user.after_contact_work_configs is UNSET


def _is_news(found: ObservedUser, stamp: float | None, before: Record) -> bool:
    """Whether a list shows anything of a partly known user that it did not show before."""
    return found != before.user or stamp != before.last_modified or not before.partial
