"""What belongs to the quota of one operation."""

from __future__ import annotations

import asyncio
import random

from connect_operator.domain.kinds.spec import ApiRate
from connect_operator.engine.pace.adaptive_rate import AdaptiveRate
from connect_operator.engine.pace.line import Line
from connect_operator.engine.pace.throughput import Throughput
from connect_operator.engine.pace.token_bucket import TokenBucket

# How much work is prepared ahead of its call, in seconds of the rate: at the default quota one call.
_AHEAD_SECONDS = 0.5


class Paced:
    """One operation's line, the bucket that gives turns, the bucket that paces calls, and their common rate."""

    def __init__(self, rate: ApiRate, now: float, jitter: random.Random) -> None:
        self.rate = AdaptiveRate(rate.rate)
        self.bucket = TokenBucket(self.rate, rate.burst, now, jitter, ahead_seconds=_AHEAD_SECONDS)
        self.pace = TokenBucket(self.rate, rate.burst, now, jitter)
        self.line = Line()
        self.throughput = Throughput()
        self.sending = asyncio.Lock()
        self.moved = asyncio.Event()
        self.timer: asyncio.TimerHandle | None = None

    def configure(self, rate: ApiRate, now: float) -> None:
        """Take over another quota."""
        if self.rate.quota != rate.rate:
            self.rate.quota = rate.rate
            self.throughput.begin(self.rate.at(now), now)
        self.bucket.configure(rate.burst, now)
        self.pace.configure(rate.burst, now)
        self.moved.set()
