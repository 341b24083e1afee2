"""What must hold after any crash, whatever the scenario: nobody doubled, leaked or touched, converged, and at rest."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

from connect_operator.domain.connect.ownership import OWNER_TAG

from .builders import WINDOW
from .crash_case import Case, Scenario

_ONCE = ("CreateUser", "DeleteUser", "AssociateContactWithUser")
"""Calls that no crash may repeat once they were carried out. Every other sets what is set: it may be made once more."""


def check(case: Case, scenario: Scenario, calm: Counter[str]) -> None:
    """`calm`: how often each operation was carried out where nothing went wrong."""
    _owned_once(case, scenario)
    held = {user.user_id: user for user in case.users()}
    for stranger in case.strangers:
        assert held.get(stranger.user_id) == stranger, f"{stranger.username}, who is somebody else's, was touched"
    made = carried_out(case)
    for operation in made | calm:
        most = calm[operation] * (1 if operation in _ONCE else 2)
        assert made[operation] <= most, f"{operation} was carried out {made[operation]} times, {calm[operation]} calm"
    at_rest(case)
    _owned_once(case, scenario)


def carried_out(case: Case) -> Counter[str]:
    """How often each operation was carried out."""
    return Counter(operation for operation, _ in case.writes())


def _owned_once(case: Case, scenario: Scenario) -> None:
    """Each object has its user, and no user has an owner that is gone."""
    tags = [user.tags[OWNER_TAG] for user in case.users() if user.tags.get(OWNER_TAG, "").startswith("cluster-1/")]
    objects = {raw["metadata"]["uid"]: raw for raw in case.world.cluster.objects.values()}
    for tag in tags:
        assert tag.split("/")[1] in objects, f"left behind: {tag}"
    for uid, raw in objects.items():
        name = raw["metadata"]["name"]
        assert "deletionTimestamp" not in raw["metadata"], f"{name} is still being deleted"
        ready = case.world.ready(name) or case.world.reason(name) == scenario.reason
        assert ready, f"{name} needs somebody: {case.world.reason(name)}"
        mine = [user for user in case.users() if f"/{uid}/" in user.tags.get(OWNER_TAG, "")]
        if case.world.ready(name) or scenario.reason == "ImmutableField":
            assert len(mine) == 1, f"{name} has {len(mine)} users"
            assert raw["status"]["userId"] == mine[0].user_id
        else:
            assert mine == []


def at_rest(case: Case) -> None:
    """Nothing is written any more, to Connect, to the objects of users or to the ConnectInstance.

    But for one thing: of a promise in status.fullSweepCompletionTime that a crash has kept from being kept, the next
    process makes a new one when it is over.
    """
    marks: list[tuple[int, dict[str, Any]]] = []

    def mark() -> None:
        told = copy.deepcopy(case.world.cluster.instance.get("status", {}))
        told.pop("fullSweepCompletionTime", None)
        marks.append((len(case.world.script.log), told))

    case.world.tick = 60.0
    case.world.play([(1.5 * WINDOW, mark), (WINDOW, mark)], lambda: True)
    (first, before), (last, after) = marks
    between = [step for step in case.world.script.log[first:last] if step.startswith("before ")]
    assert after == before, "the ConnectInstance's status goes on changing"
    assert [step for step in between if step != "before write_instance_status"] == [], "it goes on writing"
    assert len(between) <= 1, "it goes on writing"
