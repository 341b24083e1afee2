"""Living with neighbours: slower at once, faster by and by. Over a moved clock, and against a shared bucket."""

from __future__ import annotations

import random

import pytest

from connect_operator.domain.kinds.spec import ApiRate
from connect_operator.engine.pace.adaptive_rate import AdaptiveRate
from connect_operator.engine.pace.quota import Operation, Priority, Quota
from connect_operator.engine.pace.token_bucket import TokenBucket

from .virtual_time import LoopClock, run

CREATE = Operation("123456789012", "us-east-1", "CreateUser")


def test_a_throttled_call_slows_down_and_time_speeds_up_again() -> None:
    rate = AdaptiveRate(2.0)
    assert rate.at(0.0) == 2.0
    rate.lower(10.0)
    assert rate.at(10.0) == pytest.approx(1.4)
    assert rate.at(30.0) == pytest.approx(1.6)
    assert rate.at(71.0) == 2.0


def test_calls_of_one_burst_count_once_and_there_is_a_least() -> None:
    rate = AdaptiveRate(2.0)
    for each in range(10):
        rate.lower(10.0 + each * 0.1)
    assert rate.share(11.0) == pytest.approx(0.705)
    for each in range(100):
        rate.lower(20.0 + 2.0 * each)
    assert 0.1 <= rate.share(218.0) < 0.15


def test_people_are_told_when_others_take_much_and_no_more_when_it_is_over() -> None:
    rate = AdaptiveRate(2.0)
    rate.lower(0.0)
    assert not rate.slowed(0.0), "a single one is nothing to write about"
    rate.lower(3.0)
    assert rate.slowed(3.0)
    assert rate.slowed(60.0), "not off and on again"
    assert not rate.slowed(120.0)


@pytest.mark.parametrize("neighbour", [0.5, 1.0, 1.5])
def test_it_comes_to_use_what_others_leave(neighbour: float) -> None:
    """Of 2 calls a second a neighbour takes some: most of the rest is used, and few calls are throttled."""
    rate = AdaptiveRate(2.0)
    ours = TokenBucket(rate, 5, 0.0, random.Random(1))  # noqa: S311 - spreads pauses, guards nothing
    server, done, throttled, step = 5.0, 0, 0, 0.05
    for tick in range(int(1800 / step)):
        now = tick * step
        server = min(5.0, server + (2.0 - neighbour) * step)
        if ours.take(now):
            if server >= 1.0:
                server -= 1.0
                done += 1
                ours.succeeded()
            else:
                throttled += 1
                rate.lower(now)
                ours.refused(now)
    assert done / 1800 >= 0.7 * (2.0 - neighbour)
    assert throttled <= 0.12 * done


def test_turns_given_in_advance_shrink_with_the_rate() -> None:
    """At 50 a second 25 calls are prepared ahead; lowered to 1, none of them may still be."""

    async def main() -> None:
        quota = Quota(LoopClock(), random.Random(1))  # noqa: S311 - spreads pauses, guards nothing
        quota.configure("123456789012", "us-east-1", {"default": ApiRate(rate=50.0, burst=1)}, source="support")
        assert quota.try_take(CREATE)
        quota.give_back(CREATE)
        quota.configure("123456789012", "us-east-1", {"default": ApiRate(rate=1.0, burst=1)}, source="support")
        taken = 0
        while quota.try_take(CREATE):
            taken += 1
        assert taken <= 1

    run(main())


def test_what_a_source_said_is_withdrawn_with_it() -> None:
    async def main() -> None:
        quota = Quota(LoopClock(), random.Random(1))  # noqa: S311 - spreads pauses, guards nothing
        quota.configure("123456789012", "us-east-1", {"default": ApiRate(rate=5.0)}, source="one")
        quota.configure("unknown", "us-east-1", {"default": ApiRate(rate=0.1)}, source="two")
        quota.configure("123456789012", "us-east-1", {"default": ApiRate(rate=0.1)}, source="two")
        assert quota.rate(CREATE) == 0.1
        assert quota.sources("unknown", "us-east-1") == 0, "a source speaks of one account at a time"
        quota.withdraw("two")
        assert quota.rate(CREATE) == 5.0
        quota.withdraw("one")
        assert quota.rate(CREATE) == 2.0

    run(main())


def test_a_throttled_line_is_told_and_one_without_answer_is_not() -> None:
    async def main() -> None:
        clock = LoopClock()
        quota = Quota(clock, random.Random(1))  # noqa: S311 - spreads pauses, guards nothing
        quota.refused(CREATE, throttled=False)
        assert quota.rate(CREATE) == 2.0
        ticket = quota.enqueue(CREATE, Priority.EDIT, lambda: None)
        quota.refused(CREATE)
        assert quota.rate(CREATE) == pytest.approx(1.4)
        assert quota.slowed("123456789012", "us-east-1") == ()
        quota.cancel(ticket)

    run(main())
