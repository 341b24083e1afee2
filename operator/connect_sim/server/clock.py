"""The simulator's one clock. Everything that has a time gets it from here, so tests can move it."""

from __future__ import annotations

import time


class Clock:
    """Epoch seconds that never go back: the wall clock at start plus what has passed since, plus what was advanced."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Return epoch seconds."""
        return time.monotonic() + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward. Raises ValueError for a negative step."""
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        self._offset += seconds


class ManualClock(Clock):
    """A clock that stands still until it is advanced."""

    def __init__(self, start: float) -> None:
        self._time = start

    def now(self) -> float:
        """Return epoch seconds."""
        return self._time

    def advance(self, seconds: float) -> None:
        """Move the clock forward. Raises ValueError for a negative step."""
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        self._time += seconds
