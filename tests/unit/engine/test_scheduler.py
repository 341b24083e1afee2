"""One pass at a time per object, and one more when something changed. In virtual time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import pytest

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.pace.quota import Priority, Quota
from connect_operator.engine.pace.scheduler import Scheduler
from connect_operator.engine.pace.turn import NeedsToken, Next, Settled, Turn

from .passes import CREATE, JDOE, JROE, Passes, creating, drain, in_virtual_time, short

HERD = [ObjectKey("team-a", f"broken-{number}") for number in range(100)]


def place_of_jdoe(act: Callable[[Scheduler], None]) -> int:
    """After how many passes of a herd that is tried again the one for jdoe came, when `act` was done among them."""
    noted: list[ObjectKey] = []

    async def test(scheduler: Scheduler, _quota: Quota, passes: Passes) -> None:
        for key in HERD:
            scheduler.wake(key)
        await asyncio.sleep(2.5)
        act(scheduler)
        await asyncio.sleep(100)
        noted.extend(key for key, _, _ in passes.turns)

    in_virtual_time(short, test, concurrency=1)
    return max(place for place, key in enumerate(noted) if key == JDOE)


@pytest.mark.parametrize("why", ["edited", "new"])
def test_a_herd_that_is_tried_again_does_not_hold_up_what_is_new_or_edited(why: str) -> None:
    assert place_of_jdoe(lambda scheduler: scheduler.wake(JDOE, **{why: True})) == 3
    assert place_of_jdoe(lambda scheduler: scheduler.wake(JDOE)) == 100


def test_an_edit_of_an_object_that_is_due_already_goes_first_as_well() -> None:
    def act(scheduler: Scheduler) -> None:
        scheduler.wake(JDOE)
        scheduler.wake(JDOE, edited=True)

    assert place_of_jdoe(act) == 3


def test_an_edit_in_the_middle_of_a_pass_goes_first_after_it() -> None:
    def act(scheduler: Scheduler) -> None:
        scheduler.wake(JDOE, new=True)
        asyncio.get_running_loop().call_later(1.0, lambda: scheduler.wake(JDOE, edited=True))

    assert place_of_jdoe(act) == 4


def test_one_pass_at_a_time_per_object_and_one_more_when_woken_during_it() -> None:
    async def test(scheduler: Scheduler, _quota: Quota, passes: Passes) -> None:
        scheduler.wake(JDOE)
        await asyncio.sleep(0.5)
        for _ in range(5):
            scheduler.wake(JDOE)
        await asyncio.sleep(5)
        assert passes.of(JDOE) == 2
        assert passes.most == 1
        assert scheduler.idle

    in_virtual_time(short, test)


def test_several_wakes_before_a_pass_are_one() -> None:
    async def test(scheduler: Scheduler, _quota: Quota, passes: Passes) -> None:
        scheduler.wake(JROE)
        for _ in range(5):
            scheduler.wake(JDOE)
        await asyncio.sleep(5)
        assert passes.of(JDOE) == 1

    in_virtual_time(short, test, concurrency=1)


def test_no_more_than_concurrency_at_a_time_and_none_is_forgotten() -> None:
    async def test(scheduler: Scheduler, _quota: Quota, passes: Passes) -> None:
        for each in range(20):
            scheduler.wake(ObjectKey("team-a", str(each)))
        await asyncio.sleep(30)
        assert passes.most == 3
        assert len(passes.turns) == 20

    in_virtual_time(short, test, concurrency=3)


def test_requeue_after_is_kept_and_a_wake_comes_before() -> None:
    async def pass_(_key: ObjectKey, _turn: Turn) -> Next:
        return Settled(requeue_after=60.0)

    async def test(scheduler: Scheduler, _quota: Quota, passes: Passes) -> None:
        scheduler.wake(JDOE)
        await asyncio.sleep(30)
        scheduler.wake(JDOE)
        await asyncio.sleep(61)
        assert [round(time) for time in passes.times] == [0, 30, 90]

    in_virtual_time(pass_, test)


def test_a_pass_that_raises_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)

    async def pass_(key: ObjectKey, turn: Turn) -> Next:
        if key == JDOE and turn.grant is not None:
            raise RuntimeError("a bug")
        if turn.grant is not None:
            turn.grant.used = True
            return Settled()
        return NeedsToken(CREATE, Priority.BACKLOG)

    async def test(scheduler: Scheduler, quota: Quota, passes: Passes) -> None:
        drain(quota)
        scheduler.wake(JDOE)
        scheduler.wake(JROE)
        await asyncio.sleep(5)
        assert (JROE, True, False) in passes.turns
        before = passes.of(JDOE)
        await asyncio.sleep(70)
        assert passes.of(JDOE) > before, "it is tried again with leisure"

    in_virtual_time(pass_, test)


class TestStop:
    def test_what_runs_may_finish_and_nothing_new_starts(self) -> None:
        ended: list[ObjectKey] = []

        async def pass_(key: ObjectKey, _turn: Turn) -> Next:
            await asyncio.sleep(1)
            ended.append(key)
            return Settled(requeue_after=1.0)

        async def test(scheduler: Scheduler, _quota: Quota, passes: Passes) -> None:
            scheduler.wake(JDOE)
            await asyncio.sleep(0.5)
            await scheduler.stop(20.0)
            assert ended == [JDOE]
            scheduler.wake(JROE)
            await asyncio.sleep(10)
            assert len(passes.turns) == 1

        in_virtual_time(pass_, test)

    def test_patience_has_an_end(self) -> None:
        async def pass_(_key: ObjectKey, _turn: Turn) -> Next:
            await asyncio.sleep(3600)
            return Settled()

        async def test(scheduler: Scheduler, _quota: Quota, _passes: Passes) -> None:
            scheduler.wake(JDOE)
            await asyncio.sleep(0.5)
            began = asyncio.get_running_loop().time()
            await scheduler.stop(20.0)
            assert asyncio.get_running_loop().time() - began == pytest.approx(20.0, abs=0.1)

        in_virtual_time(pass_, test)

    def test_who_waits_for_a_token_gets_none(self) -> None:
        async def test(scheduler: Scheduler, quota: Quota, passes: Passes) -> None:
            drain(quota)
            scheduler.wake(JDOE)
            await asyncio.sleep(0.1)
            await scheduler.stop(1.0)
            await asyncio.sleep(10)
            assert [granted for _, granted, _ in passes.turns] == [False]

        in_virtual_time(creating, test)
