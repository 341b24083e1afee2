"""The inventory: what Connect holds, one snapshot per instance, from sweeps, single reads and our own writes.

The rule for all of it: never conclude absence, nor a change back, from a weak witness. Connect is eventually
consistent for up to `window` seconds, so for that long after a write of ours a reading without a newer
LastModifiedTime does not overrule the fields of that write. What we did not write is taken as it was read.

Times are monotonic seconds of this process's clock, whose order no step of the wall clock changes; only
`last_modified` and the stamps of our writes are Connect's own, in epoch seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import UNSET

from connect_operator.domain.connect.ownership import OWNER_TAG, parse_owner
from connect_operator.domain.connect.unlisted import PROFICIENCIES
from connect_operator.domain.connect.user import Described, ObservedUser, UserSummary
from connect_operator.domain.connect.user_fields import changed_fields, nobody, with_fields
from connect_operator.domain.kinds.spec import Proficiency
from connect_operator.engine.instances.own_writes import added, fields_of, left_beside, own_write
from connect_operator.engine.instances.record import (
    NEVER,
    Record,
    Sweep,
    is_news,
    is_open,
    is_stale,
    keeping_details,
    not_overruled,
    overruled,
)


class Inventory:
    """All users of one instance, as last observed or written."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._records: dict[str, Record] = {}
        self._names: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._deleted: dict[str, float] = {}
        self.swept_tick: float | None = None

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

    def owned_by(self, uid: str) -> Record | None:
        """The record of a user whose owner tag names the object of that uid."""
        record = self._records.get(self._owners.get(uid, ""))
        holder = parse_owner(record.user.tags.get(OWNER_TAG, "")) if record is not None else None
        return record if holder is not None and holder.uid == uid else None

    def take_sweep(self, sweep: Sweep) -> set[str]:
        """Take in a complete sweep; returns the ids of the users about which something is new."""
        self._deleted = {each: when for each, when in self._deleted.items() if sweep.started_tick < when + self._window}
        changed: set[str] = set()
        for user_id in sweep.listed.keys() | sweep.searched.keys():
            if self._is_settled(user_id, sweep) or user_id in self._deleted:
                continue
            if self._take_seen(user_id, sweep):
                changed.add(user_id)
            self._settle(user_id, sweep)
        for user_id, record in tuple(self._records.items()):
            if user_id in sweep.listed or user_id in sweep.searched:
                record.missing = False
            elif self._within_window(record, sweep.started_tick):
                continue
            elif not record.missing:
                record.missing, record.settled = True, None
                changed.add(user_id)
            elif OWNER_TAG not in record.user.tags:
                self._forget(user_id)  # two sweeps without it, and no object of ours that would ask about it
        self.swept_tick = sweep.started_tick
        return changed

    def take_described(self, described: Described, started: float) -> None:
        """Take in an answer of DescribeUser that was asked for at `started`."""
        user_id = described.user.user_id
        if self._is_late(user_id, started):
            return
        before = self._records.get(user_id)
        user, stamp = described.user, described.last_modified
        if before is None or before.partial or self._overrules(before, stamp, started, user):
            if before is not None and user.proficiencies is UNSET:
                user = msgspec.structs.replace(user, proficiencies=before.user.proficiencies)
            record = overruled(before, user, stamp)
            record.described_tick = record.tags_read_tick = started
            self._put(record, before)
            return
        # It may be older than our own write, which it therefore cannot contradict; the rest is news.
        self._take_beside(before, user, started, stamp)
        before.partial = before.missing = False
        before.described_tick = max(before.described_tick, started)
        before.tags_read_tick = max(before.tags_read_tick, started)

    def take_found(self, user: ObservedUser, started: float) -> None:
        """Take in the one user that SearchUsers found by name at `started`."""
        if self._is_late(user.user_id, started):
            return
        before = self._records.get(user.user_id)
        if before is None or before.partial:
            stamp = before.last_modified if before else None
            self._put(Record(user=user, last_modified=stamp, partial=is_open(user)), before)
        elif self._overrules(before, None, started, user):
            kept = keeping_details(user, before.user)
            record = overruled(before, kept, None)
            record.last_modified, record.partial = before.last_modified, is_open(kept)
            self._put(record, before)
        else:
            self._take_beside(before, user, started)

    def take_proficiencies(self, user_id: str, proficiencies: tuple[Proficiency, ...], started: float) -> None:
        """Take in an answer of ListUserProficiencies that was asked for at `started`; it has no LastModifiedTime."""
        record = self._records.get(user_id)
        if record is None:
            return
        record.settled = None
        ordered = tuple(sorted(proficiencies, key=lambda each: (each.attribute_name, each.attribute_value)))
        if record.written is not None and started >= record.written.tick:
            base = record.read if record.read is not None else record.user
            record.read = msgspec.structs.replace(base, proficiencies=ordered)
        young = (each for each in record.writes if each.is_young(started, self._window))
        if record.user.proficiencies is UNSET or PROFICIENCIES not in fields_of(young):
            record.user = msgspec.structs.replace(record.user, proficiencies=ordered)
            record.writes = left_beside(record.writes, lambda _, field: field != PROFICIENCIES)

    def forget_proficiencies(self, user_id: str) -> None:
        """What was read of them is in doubt."""
        record = self._records.get(user_id)
        if record is not None:
            record.user, record.settled = msgspec.structs.replace(record.user, proficiencies=UNSET), None

    def doubt(self, user_id: str) -> None:
        """What is known of that user does not fit an answer of Connect: it is read once more before the next write."""
        record = self._records.get(user_id)
        if record is not None:
            record.described_tick = record.tags_read_tick = NEVER

    def take_written(self, user: ObservedUser, *, now: float, stamp: float) -> frozenset[str]:
        """Take in what a write of ours, acknowledged now, has made of a user; returns the fields that it changed."""
        before = self._records.get(user.user_id)
        moved = changed_fields(before.user if before is not None else nobody(user), user)
        write = own_write(moved, tick=now, stamp=stamp)
        record = Record(user=user, writes=(write,))
        if before is not None:
            record.last_modified = before.last_modified
            former = before.user.tags.get(OWNER_TAG, "")
            record.writes = added((each for each in before.writes if each.is_young(now, self._window)), write)
            record.described_tick, record.tags_read_tick = before.described_tick, before.tags_read_tick
            record.former_owner = before.former_owner if former == user.tags.get(OWNER_TAG, "") else former
        if f"tags.{OWNER_TAG}" in moved:
            record.tags_read_tick = now
        self._put(record, before)
        return moved

    def take_deleted(self, user_id: str, now: float) -> None:
        """A user whom we have deleted: for the window, readings that still show it are older than that."""
        self._forget(user_id)
        self._deleted[user_id] = now

    def take_absent(self, user_id: str) -> None:
        """A user who is gone by strong evidence. Whoever shows it again is believed: evidence can be wrong."""
        self._forget(user_id)

    def _is_late(self, user_id: str, started: float) -> bool:
        """Whether a reading shows a user that we have deleted: the index lags, or the answer was under way."""
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
            if before is not None and not is_news(found, stamp, before):
                return False
            self._put(Record(user=found, last_modified=stamp, partial=is_open(found)), before)
            return True
        if is_stale(before, stamp):
            return False
        if not self._overrules(before, stamp, sweep.started_tick, found):
            before.last_modified = stamp if stamp is not None else before.last_modified
            return self._take_beside(before, found, sweep.started_tick)
        unmoved = stamp is not None and stamp == before.last_modified
        user = keeping_details(found, before.user) if unmoved else found
        same = user == before.user and unmoved and not before.missing
        record = overruled(before, user, stamp)
        record.partial = is_open(user)
        record.described_tick, record.tags_read_tick = before.described_tick, before.tags_read_tick
        self._put(record, before)
        return not same

    def _is_settled(self, user_id: str, sweep: Sweep) -> bool:
        """Whether the lists show the very values that have been taken in before, and nothing has come between."""
        record = self._records.get(user_id)
        if record is None or record.settled is None or self._within_window(record, sweep.started_tick):
            return False
        summary, found = record.settled
        # By identity: whoever reads the lists gives back the same values for what has not changed.
        return sweep.listed.get(user_id) is summary and sweep.searched.get(user_id) is found

    def _settle(self, user_id: str, sweep: Sweep) -> None:
        """Note whether to take the same once more would change nothing: then it need not be tried."""
        summary, found = sweep.listed.get(user_id), sweep.searched.get(user_id)
        record = self._records.get(user_id)
        if record is None or summary is None or found is None:
            return
        record.settled = None
        stamped = summary.last_modified is not None and summary.last_modified == record.last_modified
        if stamped and not self._within_window(record, sweep.started_tick):
            shown = found if record.partial else keeping_details(found, record.user)
            if shown == record.user:
                record.settled = (summary, found)

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
        return before.written is not None and before.written.is_before(stamp)

    def _take_beside(self, before: Record, read: ObservedUser, started: float, stamp: float | None = None) -> bool:
        """Take what a reading shows beside the fields that we wrote lately; tells whether anything is new about them.

        That what we wrote shows for the first time is news to whoever waits for that. `stamp` is that of the version
        which was read: of ListUsers and SearchUsers together nobody knows it, as the two may lag differently.
        """
        before.settled = None
        before.writes = not_overruled(before, read, stamp, started, self._window)
        seen = with_fields(keeping_details(read, before.user), before.ours, before.user)
        news = seen != before.user
        if before.written is not None and started >= before.written.tick:
            known = before.read
            before.read = read if known is None else keeping_details(read, known)
            news = news or (known != before.read and keeping_details(read, before.user) == before.user)
        before.user = seen
        self._index(before)
        return news

    def _within_window(self, record: Record, started: float) -> bool:
        return record.written is not None and record.written.is_young(started, self._window)

    def _put(self, record: Record, before: Record | None) -> None:
        if before is not None and before.user.username != record.user.username:
            self._names.pop(before.user.username, None)
        self._records[record.user.user_id] = record
        self._names[record.user.username] = record.user.user_id
        self._index(record)

    def _index(self, record: Record) -> None:
        """Note whose the user is. A tag that is gone is found out when it is looked up."""
        tag = record.user.tags.get(OWNER_TAG)
        holder = parse_owner(tag) if tag else None
        if holder is not None:
            self._owners[holder.uid] = record.user.user_id

    def _forget(self, user_id: str) -> None:
        record = self._records.pop(user_id, None)
        if record is None:
            return
        if self._names.get(record.user.username) == user_id:
            del self._names[record.user.username]
        tag = record.user.tags.get(OWNER_TAG)
        holder = parse_owner(tag) if tag else None
        if holder is not None and self._owners.get(holder.uid) == user_id:
            del self._owners[holder.uid]
