"""When a call that has its turn is sent: no faster than the rate, however long it waited. In virtual time."""

from __future__ import annotations

import asyncio
import random

import pytest

from connect_operator.domain.kinds.spec import ApiRate
from connect_operator.engine.pace.quota import Operation, Priority, Quota

from .quota_line import CREATE, DELETE, in_virtual_time, now
from .virtual_time import LoopClock, run


def test_calls_are_sent_no_faster_than_the_rate_even_after_a_stall() -> None:
    """Turns are granted ahead; what counts is when the calls go."""

    async def test(quota: Quota) -> None:
        sent: list[float] = []

        async def call() -> None:
            await quota.acquire(CREATE, Priority.BACKLOG)
            await quota.pace(CREATE)
            sent.append(now())

        assert quota.rate(CREATE) == 2.0
        await asyncio.sleep(100)
        await asyncio.gather(*(call() for _ in range(40)))
        for first, last in zip(sent, sent[5:], strict=False):
            assert last - first >= 0.5 - 1e-6, "six calls within a burst of five"
        assert sent[-1] - sent[0] == pytest.approx(18.0, abs=1.0)

    in_virtual_time(test)


def test_calls_that_waited_for_a_lane_are_sent_no_faster_than_the_rate() -> None:
    """A service that hangs holds every lane; when it answers again, the others go one after another."""
    sent: list[float] = []

    async def main() -> None:
        quota = Quota(LoopClock(), random.Random(1), lanes=4)  # noqa: S311 - spreads pauses, guards nothing

        async def call(seconds: float) -> None:
            async with quota.sending(CREATE):
                sent.append(now())
                await asyncio.sleep(seconds)

        hung = [asyncio.create_task(call(60.0)) for _ in range(3)]
        await asyncio.sleep(10.0)
        assert len(sent) == 3
        others = [asyncio.create_task(call(0.0)) for _ in range(40)]
        await asyncio.sleep(30.0)
        assert len(sent) == 3, "no lane is free but the one that is kept for others"
        await asyncio.gather(*hung, *others)

    run(main())
    late = sent[3:]
    assert len(late) == 40
    assert late[-1] - late[0] >= (40 - 5) / 2.0


def test_a_raised_quota_speeds_up_the_call_that_waits_to_be_sent() -> None:
    """Somebody has lowered a rate too far, and puts it right."""

    async def test(quota: Quota) -> None:
        quota.configure("123456789012", "us-east-1", {"CreateUser": ApiRate(rate=0.002, burst=1)})
        await quota.pace(CREATE)
        waiting = asyncio.create_task(quota.pace(CREATE))
        await asyncio.sleep(1.0)
        quota.configure("123456789012", "us-east-1", {"CreateUser": ApiRate(rate=20.0, burst=40)})
        await waiting
        assert now() == pytest.approx(1.0, abs=0.1)

    in_virtual_time(test)


def test_a_line_that_is_paused_keeps_no_lane() -> None:
    async def main() -> None:
        quota = Quota(LoopClock(), random.Random(1), lanes=2)  # noqa: S311 - spreads pauses, guards nothing

        async def call(operation: Operation) -> None:
            async with quota.sending(operation):
                pass

        quota.refused(CREATE)
        waiting = [asyncio.create_task(call(CREATE)) for _ in range(4)]
        await asyncio.sleep(0.01)
        began = now()
        await call(DELETE)
        assert now() == began
        await asyncio.gather(*waiting)

    run(main())
