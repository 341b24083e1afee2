"""The system's clock, as the engine's port wants it, and the API server's, by which manifests' times are judged."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

from connect_operator.engine.ports import Clock

# HTTP's Date counts whole seconds and an answer takes its time: a smaller difference is none.
_TOLERANCE = 2.0
_HALF_A_SECOND = 0.5


class SystemClock:
    """Wall clock and monotonic clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some start."""
        return time.monotonic()


class ServerClock:
    """The wall clock of the API server, as far as the Date of its answers tells; until then this machine's."""

    def __init__(self, own: Clock) -> None:
        self._own = own
        self._ahead = 0.0

    def hear(self, date: str) -> None:
        """An answer with this Date has just come; what is no date is not heard."""
        try:
            ahead = parsedate_to_datetime(date).timestamp() + _HALF_A_SECOND - self._own.now()
        except (TypeError, ValueError):
            return
        self._ahead = ahead if abs(ahead) > _TOLERANCE else 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._own.now() + self._ahead

    def monotonic(self) -> float:
        """This machine's: seconds since some start."""
        return self._own.monotonic()
