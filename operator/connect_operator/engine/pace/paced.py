"""What belongs to the quota of one operation."""

from __future__ import annotations

import asyncio
import contextlib
import random

from connect_operator.domain.kinds.spec import ApiRate
from connect_operator.engine.pace.adaptive_rate import AdaptiveRate
from connect_operator.engine.pace.line import Line
from connect_operator.engine.pace.throughput import Throughput
from connect_operator.engine.pace.token_bucket import TokenBucket
from connect_operator.engine.ports import Clock

# How much work is prepared ahead of its call, in seconds of the rate: at the default quota one call.
_AHEAD_SECONDS = 0.5


class Paced:
    """One operation's line, the buckets that give turns and pace calls, and their common rate.

    `gone` paces a second time those calls that are prepared after their moment has come.
    """

    def __init__(self, rate: ApiRate, now: float, jitter: random.Random) -> None:
        self.rate = AdaptiveRate(rate.rate)
        self.bucket = TokenBucket(self.rate, rate.burst, now, jitter, ahead_seconds=_AHEAD_SECONDS)
        self.pace = TokenBucket(self.rate, rate.burst, now, jitter)
        self.gone = TokenBucket(self.rate, rate.burst, now, jitter)
        self.line = Line()
        self.throughput = Throughput()
        self.sending, self.going = asyncio.Lock(), asyncio.Lock()
        self.moved = asyncio.Event()
        self.timer: asyncio.TimerHandle | None = None

    def configure(self, rate: ApiRate, now: float) -> None:
        """Take over another quota."""
        if self.rate.quota != rate.rate:
            self.rate.quota = rate.rate
            self.throughput.begin(self.rate.at(now), now)
        self.bucket.configure(rate.burst, now)
        self.pace.configure(rate.burst, now)
        self.gone.configure(rate.burst, now)
        self.moved.set()

    async def take(self, bucket: TokenBucket, clock: Clock) -> None:
        """Wait for a token of that bucket, which is one of these."""
        while not bucket.take(now := clock.monotonic()):
            # Another rate is heeded at once: at one that was set too low by mistake, the wait would be minutes.
            self.moved.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(bucket.ready_at(now) - now):
                    await self.moved.wait()
