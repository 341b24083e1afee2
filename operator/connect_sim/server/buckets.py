"""Request quotas: one token bucket per account, region and operation, shared by all instances (service limits page)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connect_sim.state.settings import Rate

BucketKey = tuple[str, str, str]
# Refill and take are floating point; a bucket that is a rounding error short of a token has it.
_TOLERANCE = 1e-9


@dataclass(slots=True)
class _Level:
    tokens: float
    at: float


class TokenBuckets:
    """Levels of all buckets; rates come with each call, so changing one takes effect at once."""

    def __init__(self) -> None:
        self._levels: dict[BucketKey, _Level] = {}

    def take(self, key: BucketKey, rate: Rate, now: float) -> bool:
        """Take a token; return whether there was one."""
        if rate.rate is None:
            return True
        level = self._refilled(key, rate, now)
        if level.tokens < 1 - _TOLERANCE:
            return False
        level.tokens -= 1
        return True

    def drain(self, key: BucketKey, rate: Rate, now: float, tokens: float | None) -> float:
        """Take tokens away, as a neighbour in the account would; all for None. Returns what is left, maybe negative."""
        level = self._refilled(key, rate, now)
        level.tokens = 0.0 if tokens is None else level.tokens - tokens
        return level.tokens

    def _refilled(self, key: BucketKey, rate: Rate, now: float) -> _Level:
        level = self._levels.setdefault(key, _Level(rate.burst, now))
        gained = max(0.0, now - level.at) * (rate.rate or 0.0)
        level.tokens = min(rate.burst, level.tokens + gained)
        level.at = now
        return level
