"""Threads that do not come back: told in time, left behind, tried again with pauses, and nothing is sent by them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from connect_operator.aws.in_time import Leave, TooLateError
from connect_operator.aws.threads import GivenUp, Job, Threads

from .conftest import ManualClock

DEADLINE = 0.3
HERE, THERE = "here", "there"


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """What jobs hang at; let go at the end, so that no thread outlives the test."""
    event = threading.Event()
    yield event
    event.set()


def some_threads(clock: ManualClock, limit: int = 4, hung: Callable[[float], None] = lambda _began: None) -> Threads:
    return Threads(limit, clock, DEADLINE, hung)


def a_job(work: Callable[[], object], target: str = HERE, leave: Leave | None = None) -> Job[object]:
    return Job(target, "DescribeUser", work, leave or Leave())


def hanging(held: threading.Event, target: str = HERE) -> Job[object]:
    return a_job(lambda: held.wait(60), target)


async def test_a_result_and_an_exception_come_back(clock: ManualClock) -> None:
    threads = some_threads(clock)
    assert await threads.run(a_job(lambda: 7)) == 7
    with pytest.raises(ZeroDivisionError):
        await threads.run(a_job(lambda: 1 / 0))
    assert threads.oldest() == 0.0


async def test_what_hangs_is_given_up_and_its_place_is_free(clock: ManualClock, held: threading.Event) -> None:
    threads = some_threads(clock, limit=1)
    outcome = await threads.run(hanging(held))
    assert isinstance(outcome, GivenUp)
    assert (outcome.sent, "credential program" in outcome.message) == (False, True)
    assert await threads.run(a_job(lambda: 7, THERE)) == 7


async def test_of_what_was_given_up_it_is_certain_whether_it_was_sent(
    clock: ManualClock, held: threading.Event
) -> None:
    threads = some_threads(clock)
    sent, unsent, tried = Leave(), Leave(), threading.Event()

    def sends() -> None:
        sent.take(0.0)
        held.wait(60)

    def would_send_later() -> None:
        held.wait(60)
        try:
            unsent.take(0.0)
        except TooLateError:
            tried.set()

    outcomes = await asyncio.gather(
        threads.run(a_job(sends, HERE, sent)), threads.run(a_job(would_send_later, THERE, unsent))
    )
    assert [outcome.sent for outcome in outcomes if isinstance(outcome, GivenUp)] == [True, False]
    held.set()
    assert await asyncio.to_thread(tried.wait, 60), "a call that was given up was sent"


async def test_while_a_target_hangs_one_call_is_tried_at_a_time_and_others_are_told_at_once(
    clock: ManualClock, held: threading.Event
) -> None:
    threads = some_threads(clock)
    first = await threads.run(hanging(held))
    began = 0

    def count() -> None:
        nonlocal began
        began += 1
        held.wait(60)

    assert await threads.run(a_job(count)) == first, "the message must not change with every call"
    assert began == 0
    clock.time += 11.0
    probe = asyncio.create_task(threads.run(a_job(count)))
    await asyncio.sleep(0)
    assert await threads.run(a_job(count)) == first
    assert await probe == first
    assert began == 1
    assert await threads.run(a_job(lambda: 7, THERE)) == 7, "another target is no worse off"


async def test_it_recovers_with_the_first_probe_that_comes_back(clock: ManualClock, held: threading.Event) -> None:
    threads = some_threads(clock)
    await threads.run(hanging(held))
    clock.time += 11.0
    assert await threads.run(a_job(lambda: 7)) == 7
    assert await threads.run(a_job(lambda: 8)) == 8


async def test_it_is_tried_at_once_when_what_hung_comes_back(clock: ManualClock, held: threading.Event) -> None:
    threads = some_threads(clock)
    await threads.run(hanging(held))
    held.set()
    async with asyncio.timeout(60):
        while (outcome := await threads.run(a_job(lambda: 7))) != 7:
            assert isinstance(outcome, GivenUp)
            await asyncio.sleep(0.01)


async def test_the_oldest_call_is_told_until_nothing_hangs_any_more(clock: ManualClock, held: threading.Event) -> None:
    threads = some_threads(clock)
    await threads.run(hanging(held))
    clock.time += 301.0
    assert threads.oldest() == 301.0
    await threads.run(a_job(lambda: 7))
    assert threads.oldest() == 0.0, "a thread that is left behind harms nobody while others come back"


async def test_a_call_that_waited_too_long_for_a_thread_was_never_begun(
    clock: ManualClock, held: threading.Event
) -> None:
    threads = some_threads(clock, limit=1)
    began = threading.Event()
    busy = asyncio.create_task(threads.run(hanging(held)))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(threads.run(a_job(began.set))) for _ in range(2)]
    outcomes = await asyncio.gather(busy, *waiting)
    assert all(isinstance(outcome, GivenUp) and not outcome.sent for outcome in outcomes)
    assert not began.is_set()


async def test_a_cancelled_call_sends_nothing_and_keeps_no_place_for_ever(
    clock: ManualClock, held: threading.Event
) -> None:
    threads, leave = some_threads(clock, limit=1), Leave()
    cancelled = asyncio.create_task(threads.run(a_job(lambda: held.wait(60), HERE, leave)))
    await asyncio.sleep(0)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    with pytest.raises(TooLateError):
        leave.take(0.0)
    async with asyncio.timeout(60):
        while await threads.run(a_job(lambda: 7, THERE)) != 7:
            pass


async def test_so_many_hanging_threads_and_no_more(
    clock: ManualClock, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connect_operator.aws.threads._MOST_HANGING", 2)
    threads, began = some_threads(clock), 0

    def count() -> None:
        nonlocal began
        began += 1
        held.wait(60)

    for _ in range(4):
        clock.time += 61.0
        assert isinstance(await threads.run(a_job(count)), GivenUp)
    assert began == 2


async def test_closing_waits_for_what_is_under_way_but_not_for_ever(clock: ManualClock, held: threading.Event) -> None:
    threads = some_threads(clock)
    busy = asyncio.create_task(threads.run(hanging(held)))
    await asyncio.sleep(0)
    await asyncio.to_thread(threads.close, 0.01)
    assert await threads.run(a_job(lambda: 7)) == GivenUp("not sent, because the process ends", sent=False)
    held.set()
    await busy
