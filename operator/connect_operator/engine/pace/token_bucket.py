"""The token bucket of one operation: pure arithmetic over a clock that is passed in.

Connect refills 2 tokens a second into a bucket of 5, per account, region and operation (service quotas). Ours is one
smaller and starts with one token: an equal one is throttled in nearly every run by network jitter (simulated), and the
former process or leader may just have emptied the real one.
"""

from __future__ import annotations

import random

from connect_operator.engine.pace.adaptive_rate import AdaptiveRate
from connect_operator.engine.pace.growth import doubled

_SHORTEST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0


class TokenBucket:
    """Tokens that come back at `rate` a second, `burst` - 1 at most. Times are monotonic seconds."""

    def __init__(
        self, rate: AdaptiveRate, burst: int, now: float, jitter: random.Random, *, ahead_seconds: float = 0.0
    ) -> None:
        """`ahead_seconds`: so many seconds' worth of tokens more, for work that is prepared before its call."""
        self.rate = rate
        self._burst = burst
        self._ahead_seconds = ahead_seconds
        self._tokens = 1.0 + ahead_seconds * rate.at(now)
        self._updated = now
        self._paused_until = now
        self._failures = 0
        self._jitter = jitter

    def configure(self, burst: int, now: float) -> None:
        """Take over another size and what its rate is now; tokens at hand stay, within the new size."""
        self._burst = burst
        self._tokens = min(self._tokens, self._capacity(now))

    def take(self, now: float) -> bool:
        """Take a token, if there is one."""
        self._refill(now)
        # A billionth of a token is what floating point loses between ready_at() and take().
        if now < self._paused_until or self._tokens < 1.0 - 1e-9:
            return False
        self._tokens -= 1.0
        return True

    def give_back(self) -> None:
        """Return a token that was not used."""
        self._tokens = min(self._capacity(self._updated), self._tokens + 1.0)

    def available(self, now: float) -> float:
        """How many tokens are there."""
        self._refill(now)
        return self._tokens

    def ready_at(self, now: float) -> float:
        """When the next token can be taken."""
        self._refill(now)
        missing = max(0.0, 1.0 - self._tokens)
        return max(now + missing / self.rate.at(now), self._paused_until)

    def refused(self, now: float) -> None:
        """The service throttled a call, or could not be reached: pause, longer each time, until a call succeeds."""
        self._refill(now)
        self._tokens = min(self._tokens, 1.0)
        if now < self._paused_until:
            return  # another call of the same burst; it was sent before the pause began
        pause = doubled(_SHORTEST_PAUSE, self._failures, _LONGEST_PAUSE)
        self._paused_until = now + pause * self._jitter.uniform(0.75, 1.25)
        self._failures += 1

    def succeeded(self) -> None:
        """The service carried a call out."""
        self._failures = 0

    def _capacity(self, now: float) -> float:
        return max(1.0, self._burst - 1.0) + self._ahead_seconds * self.rate.at(now)

    def _refill(self, now: float) -> None:
        self._tokens = min(self._capacity(now), self._tokens + max(0.0, now - self._updated) * self.rate.at(now))
        self._updated = max(self._updated, now)
