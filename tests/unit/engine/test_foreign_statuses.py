"""A status that somebody else changes is put right, also one that was only found and never written by this process."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from itertools import count, pairwise
from typing import Any

import pytest

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.pace.contests import Contests

from .assignment_world import BY_ID, a_world
from .builders import a_spec
from .harness import World, condition
from .virtual_time import run

Status = dict[str, Any]


def stripped(_status: Status) -> Status:
    return {}


def without_conditions(status: Status) -> Status:
    return {**status, "conditions": []}


def forged(status: Status) -> Status:
    """As the former process would have written it, had its write been late."""
    late = {"status": "False", "reason": "WaitingForQuota", "message": "waits for its turn"}
    return {**status, "conditions": [{**each, **late} for each in copy.deepcopy(status["conditions"])]}


@pytest.mark.parametrize("change", [stripped, without_conditions, forged])
@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("wait", [1.0, 30.0, 700.0])
def test_of_a_user(change: Callable[[Status], Status], wait: float, *, restarted: bool) -> None:
    world, key = World(), ObjectKey("team-a", "jdoe")

    def act() -> None:
        raw = world.cluster.objects[key]
        raw["status"] = change(raw["status"])
        world.cluster.touch("jdoe")

    begin = [(0.0, lambda: world.cluster.apply("jdoe", a_spec()))]
    if restarted:
        world.play([*begin, (1000.0, lambda: None)], world.ready)
        begin = []
    world.play([*begin, (wait, act), (5.0, lambda: None)], lambda: True)
    assert world.ready()
    assert world.cluster.objects[key]["status"].keys() >= {"userId", "userArn", "instanceArn", "resolved", "verified"}
    # When it was created is known to nobody else than the process that did it, and to the status.
    assert ("createdTime" in world.cluster.objects[key]["status"]) or (restarted and change is stripped)


@pytest.mark.parametrize("change", [stripped, without_conditions, forged])
@pytest.mark.parametrize("restarted", [False, True])
def test_of_an_instance(change: Callable[[Status], Status], *, restarted: bool) -> None:
    world = World()

    def act() -> None:
        world.cluster.instance["status"] = change(world.cluster.instance["status"])
        world.cluster.change_instance()

    if restarted:
        world.let_pass(1000.0)
    world.play([(70.0, act), (15.0, lambda: None)], lambda: True)
    assert condition(world.cluster.instance, "Ready") == "True"
    assert world.cluster.instance["status"].keys() >= {"instanceArn", "users", "identityManagementType"}


@pytest.mark.parametrize("change", [stripped, without_conditions])
def test_of_an_assignment_that_has_ended(change: Callable[[Status], Status]) -> None:
    """Above all it is not carried out again."""
    world, before = a_world(), dict[str, Any]()

    def act() -> None:
        raw = world.assignments.raw("hand")
        assert raw is not None
        before.update(copy.deepcopy(raw["status"]))
        raw["status"] = change(raw["status"])
        world.assignments.touch("hand")

    world.play(
        [(1.0, lambda: world.assignments.create("hand", **BY_ID)), (20.0, act), (60.0, lambda: None)], lambda: True
    )
    assert before["phase"] == "Assigned"
    assert world.assignments.status("hand") == before
    assert [operation for operation, _ in world.connect.writes].count("AssociateContactWithUser") == 1


def test_one_who_keeps_changing_it_is_answered_ever_more_seldom() -> None:
    answers: list[float] = []

    async def contest() -> None:
        contests, loop = Contests(), asyncio.get_running_loop()
        for _ in range(3600):
            contests.put_right("jdoe", lambda: answers.append(loop.time()))
            await asyncio.sleep(1.0)

    run(contest())
    assert answers[0] < 1.0
    assert len([time for time in answers if time <= 60.0]) <= 8
    assert len([time for time in answers if time > 1800.0]) <= 13
    assert max(later - earlier for earlier, later in pairwise(answers)) <= 160.0


def test_one_who_keeps_naming_another_user_is_answered_ever_more_seldom() -> None:
    world, key = World(), ObjectKey("team-a", "jdoe")
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    ids = count()

    def forge() -> None:
        world.cluster.objects[key]["status"] |= {"userId": f"u-{next(ids)}"}
        world.cluster.touch("jdoe")

    before = world.script.log.count("before write_user_status")
    world.play([(1.0, forge) for _ in range(600)], lambda: True)
    assert world.script.log.count("before write_user_status") - before <= 15
    world.let_pass(200.0)
    assert world.cluster.objects[key]["status"]["userId"] == world.connect.users()[0].user_id
