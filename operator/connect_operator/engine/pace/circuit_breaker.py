"""A gate: after a failure that holds for everybody, one probe at a time instead of everybody's call.

Used for what is not one object's fault: credentials that do not work.
"""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.domain.errors import ConnectError


@dataclass(slots=True)
class CircuitBreaker:
    """Closed by an error; lets one probe through every `interval` seconds until a call succeeds."""

    interval: float
    error: ConnectError | None = None
    next_probe: float = 0.0

    def allows(self, now: float) -> bool:
        """Whether a call may be made at `now` (monotonic seconds); a probe that is let through closes it behind it."""
        if self.error is None:
            return True
        if now < self.next_probe:
            return False
        self.next_probe = now + self.interval
        return True

    def blocks(self, now: float) -> bool:
        """Whether a call would not be let through at `now`; asking changes nothing."""
        return self.error is not None and now < self.next_probe

    def trip(self, error: ConnectError, now: float) -> None:
        """The call failed in a way that it would for everybody."""
        self.error = error.anew()
        self.next_probe = now + self.interval

    def reset(self) -> bool:
        """A call succeeded; tells whether the gate was closed before."""
        was_closed = self.error is not None
        self.error = None
        return was_closed
