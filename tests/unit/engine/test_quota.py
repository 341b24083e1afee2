"""Who may call next: by priority, the oldest first, and nobody starves. In virtual time."""

from __future__ import annotations

import asyncio

import pytest

from connect_operator.domain.kinds.spec import ApiRate
from connect_operator.engine.pace.quota import Priority, Quota

from .quota_line import CREATE, DELETE, Line, drain, in_virtual_time, now


def test_priorities_then_age() -> None:
    async def test(quota: Quota) -> None:
        drain(quota)
        line = Line(quota)
        for name, priority in [
            ("drift", Priority.DRIFT),
            ("backlog 1", Priority.BACKLOG),
            ("backlog 2", Priority.BACKLOG),
            ("deletion", Priority.DELETION),
            ("edit", Priority.EDIT),
            ("assignment", Priority.ASSIGNMENT),
        ]:
            line.join(name, priority)
        await asyncio.sleep(60)
        assert line.order == ["assignment", "edit", "deletion", "backlog 1", "backlog 2", "drift"]

    in_virtual_time(test)


def test_two_a_second_in_the_long_run() -> None:
    async def test(quota: Quota) -> None:
        drain(quota)
        line, began = Line(quota), now()
        for each in range(100):
            line.join(str(each), Priority.BACKLOG)
        await asyncio.sleep(120)
        assert len(line.order) == 100
        assert line.times[-1] - began == pytest.approx(50.0, abs=1.0)

    in_virtual_time(test)


def test_every_eighth_token_goes_to_who_has_waited_longest() -> None:
    async def test(quota: Quota) -> None:
        drain(quota)
        line = Line(quota)
        line.join("drift", Priority.DRIFT)
        await asyncio.sleep(0.01)
        for each in range(100):
            line.join(f"edit {each}", Priority.EDIT)
        await asyncio.sleep(60)
        assert line.order.index("drift") == 7

    in_virtual_time(test)


def test_who_leaves_the_line_is_not_called() -> None:
    async def test(quota: Quota) -> None:
        drain(quota)
        line = Line(quota)
        ticket = quota.enqueue(CREATE, Priority.EDIT, lambda: pytest.fail("it has left"))
        line.join("next", Priority.BACKLOG)
        quota.cancel(ticket)
        quota.cancel(ticket)
        await asyncio.sleep(5)
        assert line.order == ["next"]
        assert quota.waiting()[CREATE] == 0

    in_virtual_time(test)


def test_a_former_place_keeps_its_age() -> None:
    async def test(quota: Quota) -> None:
        drain(quota)
        line = Line(quota)
        line.join("later", Priority.BACKLOG)
        line.join("throttled before", Priority.BACKLOG, since=0.0)
        await asyncio.sleep(5)
        assert line.order == ["throttled before", "later"]

    in_virtual_time(test)


def test_the_place_tells_how_many_are_before() -> None:
    async def test(quota: Quota) -> None:
        drain(quota)
        for priority in (Priority.DRIFT, Priority.BACKLOG, Priority.BACKLOG):
            quota.enqueue(CREATE, priority, lambda: None)
        assert quota.enqueue(CREATE, Priority.BACKLOG, lambda: None).ahead == 2
        assert quota.enqueue(CREATE, Priority.EDIT, lambda: None).ahead == 0
        assert quota.enqueue(CREATE, Priority.DRIFT, lambda: None).ahead == 5

    in_virtual_time(test)


def test_nobody_overtakes_a_line() -> None:
    async def test(quota: Quota) -> None:
        drain(quota)
        quota.enqueue(CREATE, Priority.DRIFT, lambda: None)
        await asyncio.sleep(0.49)
        assert not quota.try_take(CREATE)

    in_virtual_time(test)


def test_operations_do_not_wait_for_each_other() -> None:
    async def test(quota: Quota) -> None:
        drain(quota)
        quota.refused(CREATE)
        assert quota.try_take(DELETE)
        assert not quota.try_take(CREATE)

    in_virtual_time(test)


def test_a_given_back_token_goes_to_the_next_at_once() -> None:
    async def test(quota: Quota) -> None:
        drain(quota)
        line = Line(quota)
        line.join("next", Priority.BACKLOG)
        began = now()
        quota.give_back(CREATE)
        await asyncio.sleep(1)
        assert line.times[0] == pytest.approx(began, abs=0.001)

    in_virtual_time(test)


class TestAcquire:
    def test_it_waits_its_turn(self) -> None:
        async def test(quota: Quota) -> None:
            drain(quota)
            began = now()
            await quota.acquire(CREATE, Priority.DRIFT)
            assert now() - began == pytest.approx(0.5, abs=0.01)

        in_virtual_time(test)

    @pytest.mark.parametrize("after", [0.1, 0.5, 0.6], ids=["while waiting", "as it comes", "when it has come"])
    def test_cancelled_it_loses_no_token(self, after: float) -> None:
        async def test(quota: Quota) -> None:
            drain(quota)
            began = now()
            waiting = asyncio.create_task(quota.acquire(CREATE, Priority.DRIFT))
            await asyncio.sleep(after)
            used = waiting.done()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await asyncio.sleep(began + 2.0 - now())
            taken = 0
            while quota.try_take(CREATE):
                taken += 1
            assert taken + used == 4
            assert quota.waiting()[CREATE] == 0

        in_virtual_time(test)


class TestConfigure:
    def test_a_raised_quota_speeds_up_who_waits(self) -> None:
        async def test(quota: Quota) -> None:
            drain(quota)
            line = Line(quota)
            for each in range(20):
                line.join(str(each), Priority.BACKLOG)
            quota.configure("123456789012", "us-east-1", {"CreateUser": ApiRate(rate=20.0, burst=40)})
            await asyncio.sleep(2)
            assert len(line.order) == 20

        in_virtual_time(test)

    @pytest.mark.parametrize(
        ("reason", "rates", "expected"),
        [
            ("the operation's own", {"default": ApiRate(rate=3.0), "CreateUser": ApiRate(rate=7.0)}, 7.0),
            ("the default", {"default": ApiRate(rate=3.0)}, 3.0),
            ("Connect's", {}, 2.0),
            ("another operation's does not count", {"DeleteUser": ApiRate(rate=9.0)}, 2.0),
        ],
    )
    def test_which_rate(self, reason: str, rates: dict[str, ApiRate], expected: float) -> None:
        async def test(quota: Quota) -> None:
            quota.configure("123456789012", "us-east-1", rates)
            assert quota.rate(CREATE) == expected, reason
            assert quota.rate(CREATE._replace(region="eu-central-1")) == 2.0, "another region"

        in_virtual_time(test)


def test_a_refusal_pauses_the_line_and_then_it_goes_on() -> None:
    async def test(quota: Quota) -> None:
        drain(quota)
        line = Line(quota)
        quota.refused(CREATE)
        began = now()
        line.join("first", Priority.BACKLOG)
        line.join("second", Priority.BACKLOG)
        await asyncio.sleep(10)
        assert line.times[0] - began >= 0.75
        assert len(line.order) == 2

    in_virtual_time(test)


def test_closed_it_grants_nothing() -> None:
    async def test(quota: Quota) -> None:
        drain(quota)
        quota.enqueue(CREATE, Priority.EDIT, lambda: pytest.fail("closed"))
        quota.close()
        await asyncio.sleep(10)

    in_virtual_time(test)
