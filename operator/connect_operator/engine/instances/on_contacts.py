"""Who of an instance's leavers is on a contact, as GetCurrentUserData last told; a hundred are asked about in one call.

Only those are asked about for whom somebody waits, and each reading serves all who wait at that time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

MOST = 100
"""The agents that one call may ask about (service model: AgentsMinOneMaxHundred)."""
FRESH = 10.0
"""Seconds for which a reading counts."""
# Who has not been asked about for so long is not waited for any more.
_FORGOTTEN = 120.0


class Reading(NamedTuple):
    """When (monotonic seconds) it was asked, and whether the user was on a contact then."""

    began: float
    busy: bool


@dataclass(slots=True)
class OnContacts:
    """What was read, by user id. `_alone_until`: one of several made a call fail, so each is asked about alone."""

    _readings: dict[str, Reading] = field(default_factory=dict)
    _waited_for: dict[str, float] = field(default_factory=dict)
    _alone_until: float = float("-inf")

    def of(self, user_id: str, tick: float) -> Reading | None:
        """The reading of that user, as long as it counts."""
        reading = self._readings.get(user_id)
        return reading if reading is not None and tick - reading.began <= FRESH else None

    def batch(self, user_id: str, tick: float) -> tuple[str, ...]:
        """Whom to ask about now that somebody waits for this user: all that are waited for and not known well."""
        self._waited_for[user_id] = tick
        for other in [each for each, asked in self._waited_for.items() if tick - asked > _FORGOTTEN]:
            del self._waited_for[other]
            self._readings.pop(other, None)
        if tick < self._alone_until:
            return (user_id,)
        others = [each for each in self._waited_for if each != user_id and self._is_old(each, tick)]
        return (user_id, *others[: MOST - 1])

    def take(self, asked: tuple[str, ...], busy: frozenset[str], began: float) -> None:
        """Take an answer: who is not among the busy ones is on no contact."""
        for user_id in asked:
            self._readings[user_id] = Reading(began, user_id in busy)

    def part(self, tick: float) -> None:
        """A call for several was refused, maybe because of one of them."""
        self._alone_until = tick + _FORGOTTEN

    def _is_old(self, user_id: str, tick: float) -> bool:
        """Whether it is worth while to ask again: half way to where a reading does not count any more."""
        reading = self._readings.get(user_id)
        return reading is None or tick - reading.began > FRESH / 2
