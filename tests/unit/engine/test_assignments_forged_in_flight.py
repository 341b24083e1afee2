"""Somebody writes the status of an assignment while its call is under way or its outcome unknown: never a second call.

The operator lives on meanwhile, so what it has done counts, and not what status says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from connect_operator.domain.kinds.assignment import ConnectContactAssignment

from .assignment_world import ASSOCIATE, BY_ID, a_world, ends, messages, sent
from .harness import World
from .script import CRASH, LOSE, THROTTLE
from .two_instances import Acting

pytestmark = pytest.mark.usefixtures("quiet")

Status = dict[str, Any]
LONG_AGO = "2020-01-01T00:00:00.000000Z"


def stripped(_status: Status) -> Status:
    return {}


def without_attempt(status: Status) -> Status:
    return {name: value for name, value in status.items() if name != "attemptedTime"}


def another_attempt(status: Status) -> Status:
    return {**status, "attemptedTime": LONG_AGO}


def to_somebody_else(status: Status) -> Status:
    return {**status, "userId": "u-1"}


CHANGES = [stripped, without_attempt, another_attempt, to_somebody_else]


class Forger:
    """Changes the status of the assignment `hand`."""

    def __init__(self, world: World, change: Callable[[Status], Status]) -> None:
        self.world, self.change = world, change

    def __call__(self) -> None:
        raw = self.world.assignments.raw("hand")
        assert raw is not None
        raw["status"] = self.change(raw["status"])
        self.world.assignments.touch("hand")


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("at", [0.0, 1.0, 10.0, 28.0])
@pytest.mark.parametrize("restarted", [False, True])
def test_a_call_whose_outcome_is_not_known_is_not_made_again(
    change: Callable[[Status], Status], at: float, *, restarted: bool
) -> None:
    """Also where it was an earlier process that made it."""
    world, attempted = a_world(), list[str]()
    world.connect.shows_agents = False
    world.script.troubles_by_name[f"after {ASSOCIATE}"] = [CRASH if restarted else LOSE]
    forge = Forger(world, change)

    def look() -> None:
        attempted.append(world.assignments.status("hand")["attemptedTime"])

    world.play(
        [
            (0.0, lambda: world.assignments.create("hand", **BY_ID)),
            (2.0, look),
            (at, forge),
            (0.3, forge),
            (100.0, lambda: None),
        ],
        ends(world),
    )
    assert sent(world) == 1
    assert world.assignments.reason("hand") == "OutcomeUnknown"
    assert [world.assignments.status("hand")["attemptedTime"]] == attempted
    assert attempted[0] in messages(world)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("outcome", [None, LOSE])
def test_while_the_call_is_under_way(change: Callable[[Status], Status], outcome: str | None) -> None:
    acting = Acting()
    world = a_world(acting)
    acting.on(f"after {ASSOCIATE}", Forger(world, change))
    if outcome is not None:
        acting.troubles_by_name[f"after {ASSOCIATE}"] = [outcome]
    world.play([(0.0, lambda: world.assignments.create("hand", **BY_ID)), (100.0, lambda: None)], ends(world))
    assert sent(world) == 1
    # Connect shows with whom it is, whoever else the status has named.
    assert world.assignments.status("hand")["userId"] == "u-9"
    assert world.assignments.status("hand")["phase"] == "Assigned"


def test_an_attempt_that_was_refused_for_certain_does_not_stand_for_the_next_one() -> None:
    """The status is made to name the first, throttled attempt after the outcome of the second was lost."""
    world, stamps = a_world(), list[str]()
    world.connect.shows_agents = False
    world.script.troubles_by_name[f"before {ASSOCIATE}"] = [THROTTLE]
    world.script.troubles_by_name[f"after {ASSOCIATE}"] = [LOSE]
    write = world.assignments.write_assignment_status

    async def noting(assignment: ConnectContactAssignment, status: Mapping[str, Any]) -> ConnectContactAssignment:
        if (stamp := status.get("attemptedTime")) and stamp not in stamps:
            stamps.append(stamp)
        return await write(assignment, status)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(world.assignments), "write_assignment_status", lambda _self, *args: noting(*args))
        forge = Forger(world, lambda status: {**status, "attemptedTime": stamps[0]})
        world.play(
            [(0.0, lambda: world.assignments.create("hand", **BY_ID)), (10.0, forge), (100.0, lambda: None)],
            ends(world),
        )
    assert len(stamps) == 2
    assert sent(world) == 2
    assert world.assignments.status("hand")["attemptedTime"] == stamps[1]
