"""Fair turns between tenants: no share saved, none lost, nobody starved, whatever others do. Without any clock."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

import pytest

from connect_operator.engine.pace.line import LEAD, Flow, Line, Operation, Priority, Ticket

CREATE = Operation("123456789012", "us-east-1", "CreateUser")
A, B = Flow("support", "team-a"), Flow("support", "team-b")


def join(line: Line, flow: Flow, priority: Priority = Priority.BACKLOG, since: float = 0.0) -> Ticket:
    ticket = Ticket(CREATE, priority, flow, since, lambda: None)
    line.join(ticket)
    return ticket


def served(line: Line, turns: int) -> list[Flow]:
    return [line.pop().flow for _ in range(min(turns, len(line)))]


def turns_until(line: Line, ticket: Ticket) -> int:
    """How many go before that one."""
    before = 0
    while line.pop() is not ticket:
        before += 1
    return before


def test_a_namespace_with_many_does_not_hold_up_one_with_one() -> None:
    line = Line()
    for _ in range(120):
        join(line, A)
    served(line, 10)
    assert turns_until(line, join(line, B)) <= 1


@pytest.mark.parametrize("priority", list(Priority))
def test_nor_do_its_edits_and_deletions_however_many(priority: Priority) -> None:
    line = Line()
    for _ in range(200):
        join(line, A, priority)
    served(line, 20)
    assert turns_until(line, join(line, B, Priority.BACKLOG)) <= LEAD + 2


def test_an_edit_loop_uses_up_its_own_share_only() -> None:
    line, order = Line(), []
    for each in range(100):
        join(line, B, since=each)
    for each in range(200):
        join(line, A, Priority.EDIT, since=each)  # as soon as one was served, there is the next
        order.append(line.pop().flow)
    assert Counter(order)[B] == pytest.approx(100, abs=LEAD + 1)


def test_who_comes_and_goes_owes_what_it_had_in_advance() -> None:
    """One edit at a time, each when the one before is through: the namespace is not in line in between."""
    line = Line()
    for _ in range(1000):
        join(line, B)
    order = []
    for _ in range(100):
        edit = join(line, A, Priority.EDIT)
        while (ticket := line.pop()) is not edit:
            order.append(ticket.flow)
        order.append(ticket.flow)
    assert Counter(order)[B] >= 100 - LEAD - 1


def test_an_edit_goes_before_the_backlogs_of_others() -> None:
    line = Line()
    for namespace in range(50):
        for _ in range(20):
            join(line, Flow("support", f"team-{namespace}"))
    served(line, 60)
    assert turns_until(line, join(line, A, Priority.EDIT)) <= 1


def test_instances_of_one_account_share_fairly_however_many_namespaces_they_have() -> None:
    line = Line()
    for namespace in range(10):
        for _ in range(30):
            join(line, Flow("large", f"team-{namespace}"))
    for _ in range(100):
        join(line, Flow("small", "team-0"))
    counts = Counter(flow.instance for flow in served(line, 160))
    assert counts["small"] == pytest.approx(80, abs=8)


def test_reading_in_the_background_gives_way() -> None:
    line = Line()
    for _ in range(100):
        join(line, Flow("support"), Priority.DRIFT)
        join(line, A, Priority.DRIFT)
    assert Counter(served(line, 90))[Flow("support")] == pytest.approx(10, abs=3)


def test_the_oldest_first_within_a_namespace_and_a_class() -> None:
    line = Line()
    for since in (5.0, 1.0, 3.0, 2.0, 4.0):
        join(line, A, since=since)
    assert [line.pop().since_tick for _ in range(5)] == [1.0, 2.0, 3.0, 4.0, 5.0]


@pytest.mark.parametrize("seed", range(20))
def test_nobody_starves(seed: int) -> None:
    """Whoever waits is served within a bounded number of turns, though others with any priority keep coming."""
    chance, line = random.Random(seed), Line()  # noqa: S311 - a simulation
    flows = [Flow("support", f"team-{each}") for each in range(5)]
    victim = join(line, flows[0], chance.choice(list(Priority)), since=-1.0)
    urgent = [Priority.ASSIGNMENT, Priority.EDIT, Priority.DELETION]
    for turn in range(8 * len(flows) * 8 + 8):
        for flow in flows:
            join(line, flow, chance.choice(urgent), since=float(turn))
        if line.pop() is victim:
            return
    pytest.fail("it waits still")


@pytest.mark.parametrize("seed", range(40))
def test_ahead_is_how_many_go_before(seed: int) -> None:
    chance, line = random.Random(seed), Line()  # noqa: S311 - a simulation
    flows = [Flow(f"i-{each % 2}", f"team-{each}") for each in range(chance.randint(1, 6))]
    for _ in range(chance.randint(0, 400)):
        join(line, chance.choice(flows), Priority.BACKLOG)
    for _ in range(chance.randint(0, 50)):
        if len(line):
            line.pop()
    ticket = join(line, chance.choice(flows), Priority.BACKLOG, since=1.0)
    told = ticket.ahead
    assert turns_until(line, ticket) == pytest.approx(told, abs=len(flows) + 1, rel=0.1)


@pytest.mark.parametrize("seed", range(20))
def test_ahead_is_about_right_between_priorities(seed: int) -> None:
    chance, line = random.Random(seed), Line()  # noqa: S311 - a simulation
    flows = [Flow("support", f"team-{each}") for each in range(chance.randint(1, 6))]
    for _ in range(200):
        join(line, chance.choice(flows), chance.choice(list(Priority)))
    ticket = join(line, chance.choice(flows), chance.choice(list(Priority)), since=1.0)
    told = ticket.ahead
    # Every eighth turn goes to who has waited longest, so that it is never exact.
    assert turns_until(line, ticket) == pytest.approx(told, abs=LEAD * len(flows) + 3, rel=0.25)


def test_who_has_left_is_not_called_and_costs_nothing() -> None:
    line = Line()
    stays = join(line, B)
    for _ in range(1000):
        line.leave(join(line, A))
    assert len(line) == 1
    assert sum(len(heap) for heap in line._heaps) < 100  # noqa: SLF001 - what is not seen from outside: it would leak
    assert line.pop() is stays
    line.leave(stays)
    assert len(line) == 0


def test_until_when_an_instance_waits() -> None:
    line = Line()
    for _ in range(100):
        join(line, Flow("large", "team-a"))
    for _ in range(10):
        join(line, Flow("small", "team-a"))
    last = max(_positions(line, "small"))
    for _ in range(100):
        join(line, Flow("large", "team-a"))
    for _ in range(10):
        join(line, Flow("small", "team-a"))
    assert line.turns_until_done("small") == pytest.approx(last + 1, abs=3)
    assert line.turns_until_done("large") == 110


def _positions(line: Line, instance: str) -> Iterable[int]:
    return [turn for turn, flow in enumerate(served(line, len(line))) if flow.instance == instance]
