"""One Lease and several processes in virtual time, event by event: kills, stops, sleeps, an API server that is away."""

from __future__ import annotations

import asyncio

import pytest

from connect_operator.engine.leading.election import Election, LeaseRecord, Terms
from connect_operator.engine.leading.leadership import Leadership, LeadershipLostError

from .lease_world import CALL, LOST, OK, UNSEEN, LeaseOf, Process, Server, SkewedClock, now, play, until


async def pair(server: Server, skew: float = 5000.0) -> tuple[Process, Process]:
    """One that leads, and one on standby."""
    one = Process(server, "one")
    await until(lambda: one.leads)
    return one, Process(server, "two", offset=skew)


@pytest.mark.parametrize("skew", [-90_000.0, 0.0, 90_000.0])
@pytest.mark.parametrize("moment", [0.0, 0.7, 1.3, 1.99])
def test_after_a_kill_another_leads_within_17_seconds_and_not_before_the_term_is_over(
    skew: float, moment: float
) -> None:
    async def story() -> None:
        one, two = await pair(Server(), skew)
        await asyncio.sleep(20.0 + moment)
        assert not two.leads
        one.task.cancel()
        took = await until(lambda: two.leads)
        assert 13.0 - 0.1 < took <= 17.0
        assert not one.leads
        assert len(two.rose) == 1

    play(story())


def test_after_a_clean_stop_another_leads_within_2_seconds() -> None:
    async def story() -> None:
        one, two = await pair(Server())
        await asyncio.sleep(20.3)
        await one.stop()
        assert not one.leads
        assert await until(lambda: two.leads) <= 2.0

    play(story())


def test_a_stop_in_the_middle_of_a_renewal_gives_the_lease_up_all_the_same() -> None:
    async def story() -> None:
        server = Server()
        one, two = await pair(server)
        server.trouble = lambda who: LOST if who == "one" else OK
        await asyncio.sleep(5.0)
        server.trouble = lambda _who: OK
        await one.stop()
        assert await until(lambda: two.leads) <= 2.0

    play(story())


def test_of_two_that_start_together_one_leads() -> None:
    async def story() -> None:
        server = Server()
        processes = [Process(server, name, offset) for name, offset in (("one", 0.0), ("two", 7.0), ("three", -7.0))]
        await asyncio.sleep(60.0)
        assert sum(each.leads for each in processes) == 1
        assert [write for write in server.writes if write[1] == "create"] == [server.writes[0]]

    play(story())


def test_one_that_was_stopped_and_wakes_after_its_term_makes_no_call_and_ends() -> None:
    async def story() -> None:
        one, two = await pair(Server())
        await asyncio.sleep(5.0)
        one.frozen = asyncio.Event()
        await until(lambda: two.leads)
        assert not one.calls
        one.frozen.set()
        with pytest.raises(LeadershipLostError, match="taken over by two"):
            await one.task
        await one.leadership.resign()
        assert two.leadership.lease.name
        await asyncio.sleep(30.0)
        assert two.leads

    play(story())


@pytest.mark.parametrize("away", [3.0, 9.0, 40.0, 4000.0])
def test_while_the_api_server_is_away_no_call_begins_and_work_goes_on_afterwards(away: float) -> None:
    async def story() -> None:
        server = Server()
        one = Process(server, "one")
        await until(lambda: one.leads)
        await asyncio.sleep(20.0)
        server.trouble = lambda _who: UNSEEN
        gone = now()
        waiting = asyncio.get_running_loop().create_task(_call_after(one, gone + 7.5))
        while now() < gone + away:
            assert not one.calls or now() <= gone + 5.0 + 0.1
            assert not one.leads or now() <= gone + 15.0 + 0.1
            await asyncio.sleep(0.1)
        server.trouble = lambda _who: OK
        assert await until(lambda: one.calls) <= 6.0
        await waiting
        assert len(one.rose) == 1
        assert not one.task.done()

    play(story())


async def _call_after(process: Process, when: float) -> None:
    await asyncio.sleep(when - now())
    await process.leadership.cleared()
    assert process.calls


def test_who_cannot_renew_loses_the_lease_to_who_can() -> None:
    async def story() -> None:
        server = Server()
        one, two = await pair(server)
        await asyncio.sleep(10.0)
        server.trouble = lambda who: UNSEEN if who == "one" else OK
        assert await until(lambda: two.leads) <= 17.0
        assert not one.leads
        server.trouble = lambda _who: OK
        with pytest.raises(LeadershipLostError):
            await one.task

    play(story())


def test_who_led_does_not_go_on_after_another_has_led_and_given_up() -> None:
    async def story() -> None:
        server = Server()
        one, two = await pair(server)
        server.trouble = lambda who: UNSEEN if who == "one" else OK
        await until(lambda: two.leads)
        await two.stop()
        server.trouble = lambda _who: OK
        with pytest.raises(LeadershipLostError, match="given it up"):
            await one.task

    play(story())


def test_a_deleted_lease_is_made_anew_by_who_leads() -> None:
    async def story() -> None:
        server = Server()
        one, two = await pair(server)
        await asyncio.sleep(20.0)
        server.record = None
        for _ in range(400):
            assert not two.leads
            await asyncio.sleep(0.1)
        assert one.leads

    play(story())


def test_a_forged_holder_is_waited_for_no_longer_than_a_minute() -> None:
    async def story() -> None:
        server = Server()
        server.write(LeaseRecord(holder="nobody", duration=1e9))
        one = Process(server, "one")
        assert await until(lambda: one.leads, 100.0) <= 62.0

    play(story())


def test_without_the_right_it_ends_at_once_and_says_so() -> None:
    class Forbidden(LeaseOf):
        async def read(self) -> LeaseRecord | None:
            raise PermissionError("grant it")

    async def story() -> None:
        leadership = Leadership(Forbidden(Server(), "one"), Election("one"), SkewedClock(0.0), CALL)
        with pytest.raises(PermissionError, match="grant it"):
            await leadership.run()

    play(story())


def test_who_waits_for_leave_to_call_is_let_go_when_the_process_stops() -> None:
    async def story() -> None:
        _one, two = await pair(Server())
        waiting = asyncio.get_running_loop().create_task(two.leadership.cleared())
        await asyncio.sleep(1.0)
        assert not waiting.done()
        two.leadership.give_way()
        await asyncio.wait_for(waiting, 1.0)
        assert not two.calls

    play(story())


def test_the_numbers_of_the_terms_fit_each_other() -> None:
    terms = Terms()
    assert terms.look < terms.retry < terms.renew_within < terms.duration
    assert terms.duration - CALL >= 2 * terms.retry
