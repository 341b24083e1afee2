"""One pass at a time per object, one more when something changed, and waiting for tokens. In virtual time."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.pace.quota import Operation, Priority, Quota
from connect_operator.engine.pace.scheduler import Scheduler
from connect_operator.engine.pace.turn import NeedsToken, Next, Settled, Turn

from .virtual_time import LoopClock, run

CREATE = Operation("123456789012", "us-east-1", "CreateUser")
UPDATE = CREATE._replace(name="UpdateUserConfig")
JDOE, JROE = ObjectKey("team-a", "jdoe"), ObjectKey("team-a", "jroe")


@dataclass
class Passes:
    """Runs what the test says for each key, and notes every pass."""

    behaviour: Callable[[ObjectKey, Turn], Awaitable[Next]]
    turns: list[tuple[ObjectKey, bool, bool]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    running: int = 0
    most: int = 0

    async def __call__(self, key: ObjectKey, turn: Turn) -> Next:
        self.turns.append((key, turn.grant is not None, turn.edited))
        self.times.append(asyncio.get_running_loop().time())
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            return await self.behaviour(key, turn)
        finally:
            self.running -= 1

    def of(self, key: ObjectKey) -> int:
        return sum(each == key for each, _, _ in self.turns)


def in_virtual_time(
    behaviour: Callable[[ObjectKey, Turn], Awaitable[Next]],
    test: Callable[[Scheduler, Quota, Passes], Awaitable[None]],
    *,
    concurrency: int = 32,
) -> None:
    async def main() -> None:
        clock = LoopClock()
        quota = Quota(clock, random.Random(1))  # noqa: S311 - spreads pauses, guards nothing
        passes = Passes(behaviour)
        await test(Scheduler(passes, quota, clock, concurrency), quota, passes)

    run(main())


async def short(_key: ObjectKey, _turn: Turn) -> Next:
    await asyncio.sleep(1)
    return Settled()


async def creating(_key: ObjectKey, turn: Turn) -> Next:
    """Needs one token, and uses it."""
    if turn.grant is None:
        return NeedsToken(CREATE, Priority.BACKLOG)
    turn.grant.used = True
    return Settled()


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


def drain(quota: Quota, operation: Operation = CREATE) -> None:
    while quota.try_take(operation):
        pass


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


def test_who_waits_for_a_token_is_run_with_it() -> None:
    async def test(scheduler: Scheduler, quota: Quota, passes: Passes) -> None:
        drain(quota)
        scheduler.wake(JDOE)
        await asyncio.sleep(0.1)
        assert list(scheduler.waiting()) == [JDOE]
        await asyncio.sleep(5)
        assert passes.turns == [(JDOE, False, False), (JDOE, True, False)]
        assert scheduler.idle

    in_virtual_time(creating, test)


def test_an_edit_while_waiting_is_seen_at_once_and_keeps_the_place() -> None:
    async def test(scheduler: Scheduler, quota: Quota, passes: Passes) -> None:
        drain(quota)
        scheduler.wake(JDOE)
        await asyncio.sleep(0.1)
        place = scheduler.waiting()[JDOE]
        scheduler.wake(JDOE, edited=True)
        await asyncio.sleep(0.1)
        assert passes.turns[-1] == (JDOE, False, True)
        assert scheduler.waiting()[JDOE] is place
        await asyncio.sleep(5)
        assert passes.turns[-1] == (JDOE, True, True)

    in_virtual_time(creating, test)


def test_a_higher_priority_moves_forward() -> None:
    async def pass_(_key: ObjectKey, turn: Turn) -> Next:
        if turn.grant is not None:
            turn.grant.used = True
            return Settled()
        return NeedsToken(CREATE, Priority.EDIT if turn.edited else Priority.BACKLOG)

    async def test(scheduler: Scheduler, quota: Quota, passes: Passes) -> None:
        drain(quota)
        quota.refused(CREATE)
        for each in range(10):
            scheduler.wake(ObjectKey("team-a", str(each)))
        scheduler.wake(JDOE)
        await asyncio.sleep(0.1)
        scheduler.wake(JDOE, edited=True)
        await asyncio.sleep(20)
        first = next(key for key, granted, _ in passes.turns if granted)
        assert first == JDOE

    in_virtual_time(pass_, test)


def test_a_token_that_is_not_needed_any_more_goes_to_the_next() -> None:
    async def pass_(key: ObjectKey, turn: Turn) -> Next:
        if turn.grant is None:
            return NeedsToken(CREATE, Priority.BACKLOG)
        if key == JROE:
            turn.grant.used = True
        return Settled()

    async def test(scheduler: Scheduler, quota: Quota, passes: Passes) -> None:
        drain(quota)
        began = asyncio.get_running_loop().time()
        scheduler.wake(JDOE)
        scheduler.wake(JROE)
        await asyncio.sleep(10)
        granted = [
            (key, time - began) for (key, token, _), time in zip(passes.turns, passes.times, strict=True) if token
        ]
        assert [key for key, _ in granted] == [JDOE, JROE]
        assert granted[1][1] - granted[0][1] < 0.01, "it did not wait for a token of its own"

    in_virtual_time(pass_, test)


def test_who_settles_while_waiting_leaves_the_line() -> None:
    settled = False

    async def pass_(_key: ObjectKey, turn: Turn) -> Next:
        del turn
        return Settled() if settled else NeedsToken(CREATE, Priority.BACKLOG)

    async def test(scheduler: Scheduler, quota: Quota, _passes: Passes) -> None:
        nonlocal settled
        drain(quota)
        quota.refused(CREATE)
        scheduler.wake(JDOE)
        await asyncio.sleep(0.1)
        settled = True
        scheduler.wake(JDOE)
        await asyncio.sleep(0.1)
        assert scheduler.waiting() == {}
        assert quota.waiting()[CREATE] == 0
        assert scheduler.idle

    in_virtual_time(pass_, test)


def test_who_needs_another_operation_changes_the_line() -> None:
    wanted = CREATE

    async def pass_(_key: ObjectKey, turn: Turn) -> Next:
        if turn.grant is not None and turn.grant.operation == wanted:
            turn.grant.used = True
            return Settled()
        return NeedsToken(wanted, Priority.BACKLOG)

    async def test(scheduler: Scheduler, quota: Quota, passes: Passes) -> None:
        nonlocal wanted
        drain(quota)
        drain(quota, UPDATE)
        quota.refused(CREATE)
        scheduler.wake(JDOE)
        await asyncio.sleep(0.1)
        wanted = UPDATE
        scheduler.wake(JDOE)
        await asyncio.sleep(0.7)
        assert scheduler.idle
        assert quota.waiting()[CREATE] == 0
        assert passes.turns[-1] == (JDOE, True, False)

    in_virtual_time(pass_, test)


def test_a_wait_is_told_after_two_seconds_once() -> None:
    async def test(scheduler: Scheduler, quota: Quota, passes: Passes) -> None:
        for _ in range(4):
            quota.refused(CREATE)
            await asyncio.sleep(20)
        quota.refused(CREATE)
        began = asyncio.get_running_loop().time()
        scheduler.wake(JDOE)
        await asyncio.sleep(9)
        assert [round(time - began) for time in passes.times] == [0, 2]
        assert not passes.turns[1][1]

    in_virtual_time(creating, test)


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
