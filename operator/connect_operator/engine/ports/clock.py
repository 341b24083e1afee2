"""Time."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Time: wall clock for reports and windows, monotonic for waiting; both in seconds."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Seconds since some start."""
        ...
