"""The system's clock, as the engine's port wants it."""

from __future__ import annotations

import time


class SystemClock:
    """Wall clock and monotonic clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some start."""
        return time.monotonic()
