"""How many turns a second a line really gives: by its quota alone, estimates are too early where that is shared."""

from __future__ import annotations

import math

# What was longer ago than so many seconds counts little.
_MEMORY = 60.0
# A line that begins is believed to be as fast as its quota for so many seconds' worth.
_BELIEVED = 15.0
_LEAST_SHARE = 0.02


class Throughput:
    """Turns a second over the last minute while somebody waits. Times are monotonic seconds."""

    __slots__ = ("_seconds", "_turns", "_updated")

    def __init__(self) -> None:
        self._turns = 0.0
        self._seconds = 0.0
        self._updated = 0.0

    def begin(self, rate: float, now: float) -> None:
        """Somebody waits again, or the quota is another."""
        self._turns, self._seconds, self._updated = rate * _BELIEVED, _BELIEVED, now

    def note(self, turns: float, now: float) -> None:
        """So many turns were given; less than none when they came back."""
        self._age(now)
        self._turns += turns

    def at(self, rate: float, now: float) -> float:
        """Turns a second; `rate` is what they are where nothing is known."""
        if self._seconds == 0.0:
            return rate
        self._age(now)
        return max(self._turns / self._seconds, rate * _LEAST_SHARE)

    def _age(self, now: float) -> None:
        kept = math.exp(-max(0.0, now - self._updated) / _MEMORY)
        self._turns *= kept
        self._seconds = self._seconds * kept + _MEMORY * (1.0 - kept)
        self._updated = max(self._updated, now)
