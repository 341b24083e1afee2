"""The system's clock, as the engine's port wants it, and the API server's, by which manifests' times are judged."""

from __future__ import annotations

import time
from collections.abc import Callable

# Seconds by which two answers may differ in what time it is; a larger step is a clock that was set.
_UNSURE = 3.0


class SystemClock:
    """Wall clock and monotonic clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some start."""
        return time.monotonic()


class ServerClock:
    """The wall clock of the API server, by which the times in manifests are judged.

    It is known by the Date of answers, to a second. So it stands still where that would put it back a little: a time
    that has come does not lie ahead again a moment later.
    """

    def __init__(self, told: Callable[[], float], monotonic: Callable[[], float]) -> None:
        """`told`: what time it is there, as far as is known; `monotonic`: this machine's seconds since some start."""
        self._told = told
        self._monotonic = monotonic
        self._last = float("-inf")

    def now(self) -> float:
        """Seconds since the epoch."""
        told = self._told()
        if not self._last - _UNSURE < told < self._last:
            self._last = told
        return self._last

    def monotonic(self) -> float:
        """Seconds since some start."""
        return self._monotonic()
