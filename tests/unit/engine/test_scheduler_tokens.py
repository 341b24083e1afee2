"""Waiting for tokens: who gets one is run with it, and who needs none any more leaves the line. In virtual time."""

from __future__ import annotations

import asyncio

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.pace.quota import Priority, Quota
from connect_operator.engine.pace.scheduler import Scheduler
from connect_operator.engine.pace.turn import NeedsToken, Next, Settled, Turn

from .passes import CREATE, JDOE, JROE, Passes, creating, drain, in_virtual_time

UPDATE = CREATE._replace(name="UpdateUserConfig")


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
