"""Whose details are read next, and by when all have been read: pure, over times that are passed in (epoch seconds).

What it promises is written to status.fullSweepCompletionTime. A promise is a whole minute in the future, and a time in
the past with other seconds is a fact: so a new process knows whether the former one has kept its word.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import NamedTuple

from connect_operator.domain.connect.unlisted import CONTACT, PROFICIENCIES
from connect_operator.domain.text.timestamps import epoch, rfc3339

_MINUTE = 60.0
# So much longer than it should take is promised, so that few promises have to be renewed while an instance grows.
_ROOM = 1.25
# A promise that is so much too late is corrected.
_TOO_LATE = 2.0


class Reading(NamedTuple):
    """What to read of one user, which its object has named since `since_time`."""

    user_id: str
    contact: bool
    proficiencies: bool
    since_time: float = 0.0


class Agenda:
    """The users with details, those first that were never read, then the one that was read longest ago."""

    def __init__(self, fact: float | None = None) -> None:
        """`fact`: when an earlier process had read everything, if that is known."""
        self.listed = False
        """Whether all users with details are known here."""
        self._fact = fact
        self._unread: OrderedDict[str, Reading] = OrderedDict()
        self._read: OrderedDict[str, Reading] = OrderedDict()
        self._again: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._unread) + len(self._read)

    @property
    def unread(self) -> int:
        """How many have never been read."""
        return len(self._unread)

    def note(self, reading: Reading) -> None:
        """This user has such details; one that is known keeps its place, unless there is more to read."""
        known = self._read.get(reading.user_id)
        nothing_new = known is not None and _parts(reading) <= _parts(known)
        if nothing_new or (known is None and self._was_read(reading)):
            self._read[reading.user_id] = reading
        else:
            self._read.pop(reading.user_id, None)
            self._unread[reading.user_id] = reading

    def __contains__(self, user_id: str) -> bool:
        return user_id in self._unread or user_id in self._read

    def keep(self, user_ids: set[str]) -> None:
        """These are all; forget the others."""
        self.listed = True
        for readings in (self._unread, self._read):
            for user_id in [each for each in readings if each not in user_ids]:
                del readings[user_id]

    def again(self, user_id: str, when: float) -> None:
        """Read this user at `when` (monotonic seconds), out of turn.

        Its user was written: what somebody changes in the same second has a stamp that could be that of our write.
        """
        self._again.pop(user_id, None)
        self._again[user_id] = when

    def due(self, now: float) -> Reading | None:
        """Who is to be read out of turn now; once."""
        while self._again:
            user_id, when = next(iter(self._again.items()))
            if when > now:
                return None
            del self._again[user_id]
            known = self._unread.get(user_id) or self._read.get(user_id)
            if known is not None:
                return known
        return None

    def next(self) -> Reading | None:
        """Who is to be read now."""
        readings = self._unread or self._read
        return next(iter(readings.values())) if readings else None

    def done(self, reading: Reading) -> None:
        """It was read, or is there no more to be read."""
        self._unread.pop(reading.user_id, None)
        self._read.pop(reading.user_id, None)
        self._read[reading.user_id] = reading

    def put_off(self, reading: Reading) -> None:
        """It could not be read: the others first."""
        for readings in (self._unread, self._read):
            if reading.user_id in readings:
                readings.move_to_end(reading.user_id)

    def _was_read(self, reading: Reading) -> bool:
        return self._fact is not None and reading.user_id not in self._unread and reading.since_time <= self._fact


def _parts(reading: Reading) -> set[str]:
    wanted = {CONTACT: reading.contact, PROFICIENCIES: reading.proficiencies}
    return {part for part, needed in wanted.items() if needed}


def fact(told: str, now: float) -> float | None:
    """When everything had been read, by what status says; None when that is a promise or nothing."""
    time = epoch(told)
    return time if time is not None and time <= now and time % _MINUTE else None


def completion(agenda: Agenda, pause: float, told: str, now: float) -> str:
    """By when everything will have been read: `told`, what status says, for as long as that is true enough.

    `pause`: seconds from one reading to the next.
    """
    if not agenda.listed:
        return told
    time = epoch(told)
    if agenda.unread == 0:
        if time is not None and fact(told, now) is not None:
            return told
        return rfc3339(now if int(now) % _MINUTE else now - 1.0)
    left = agenda.unread * pause
    promised = time is not None and time % _MINUTE == 0
    if time is not None and promised and now + left <= time <= now + _TOO_LATE * _ROOM * left + 10 * _MINUTE:
        return told
    return rfc3339(math.ceil((now + _ROOM * left) / _MINUTE) * _MINUTE)
