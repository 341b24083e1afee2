"""What time it is by the API server's clock, which is the one that people see in creationTimestamp and in status."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime

# HTTP's Date has whole seconds, cut off: half of one is the best guess at the rest.
_HALF = 0.5


class ServerTime:
    """Kept by the Date of each answer, and by a clock that nobody sets between two of them."""

    def __init__(self, wall: Callable[[], float], monotonic: Callable[[], float]) -> None:
        """`wall` is this machine's clock, which counts until the first answer."""
        self._wall = wall
        self._monotonic = monotonic
        self._ahead: float | None = None

    def note(self, date: str | None) -> None:
        """An answer has come with that Date; what is none counts for nothing."""
        try:
            told = parsedate_to_datetime(date or "").timestamp()
        except ValueError:
            return
        self._ahead = told + _HALF - self._monotonic()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._wall() if self._ahead is None else self._ahead + self._monotonic()
