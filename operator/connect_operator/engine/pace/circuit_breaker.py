"""A circuit breaker: after a failure that holds for everybody, one probe at a time instead of everybody's call.

Used for what is not one object's fault: credentials that do not work.
"""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.domain.connect.errors import ConnectError


@dataclass(slots=True)
class CircuitBreaker:
    """Tripped by an error; allows one probe every `interval` seconds until a call succeeds."""

    interval: float
    error: ConnectError | None = None
    next_probe: float = 0.0

    def allows(self, now: float) -> bool:
        """Whether a call may be made at `now` (monotonic seconds); the next probe is `interval` later."""
        if self.error is None:
            return True
        if now < self.next_probe:
            return False
        self.next_probe = now + self.interval
        return True

    def blocks(self, now: float) -> bool:
        """Whether a call would not be allowed at `now`; asking changes nothing."""
        return self.error is not None and now < self.next_probe

    def trip(self, error: ConnectError, now: float) -> None:
        """The call failed in a way that it would for everybody."""
        self.error = error.anew()
        self.next_probe = now + self.interval

    def reset(self) -> bool:
        """A call succeeded; tells whether it was tripped before."""
        was_tripped = self.error is not None
        self.error = None
        return was_tripped
