"""Pauses that grow have an end, and an outage of days does not make them fail: 2.0 ** 1024 is no float."""

from __future__ import annotations

import asyncio
import random

import pytest

from connect_operator.engine.pace.adaptive_rate import AdaptiveRate
from connect_operator.engine.pace.contests import Contests
from connect_operator.engine.pace.growth import doubled
from connect_operator.engine.pace.token_bucket import TokenBucket

from .virtual_time import run

OFTEN = 2000


@pytest.mark.parametrize(("times", "expected"), [(0, 5.0), (1, 10.0), (3, 40.0), (4, 60.0), (OFTEN, 60.0)])
def test_a_pause_doubles_to_its_end(times: int, expected: float) -> None:
    assert doubled(5.0, times, 60.0) == expected


def test_without_an_end_it_is_still_a_number() -> None:
    assert doubled(1.0, OFTEN) > 0


def test_a_service_that_refuses_for_days_is_asked_once_in_half_a_minute() -> None:
    bucket, now = TokenBucket(AdaptiveRate(2.0), 5, 0.0, random.Random(1)), 0.0  # noqa: S311 - spreads pauses
    for _ in range(OFTEN):
        now = bucket.ready_at(now)
        assert bucket.take(now)
        bucket.refused(now)
    assert bucket.ready_at(now) - now <= 30.0 * 1.25
    assert now > 12 * 3600.0


def test_what_is_contested_for_days_is_put_right_all_the_while() -> None:
    done: list[float] = []

    async def fight() -> None:
        contests, loop = Contests(), asyncio.get_running_loop()
        for _ in range(OFTEN):
            contests.put_right("support", lambda: done.append(loop.time()))
            await asyncio.sleep(151.0)

    run(fight())
    assert len(done) == OFTEN
