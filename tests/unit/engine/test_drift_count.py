"""Drift is counted once for each user that differs, and once when it is put right, however long it waits."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import pytest

from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.users.drift_count import DriftCount
from connect_operator.engine.wiring import Listeners

from .builders import a_spec, an_instance_raw
from .harness import World
from .leavers import INACTIVE
from .virtual_time import EPOCH

OTHERS = {"securityProfileNames": ["No Access"], "routingProfileId": "rp-1"}
USERS = [f"user{number:02}" for number in range(30)]
SPEC = a_spec(identityInfo={"firstName": "Jane", "lastName": "Doe"})


@pytest.mark.parametrize("section", ["identity", "routing profile"])
def test_each_of_thirty_that_drift_at_once_is_counted(section: str) -> None:
    found, repaired = Counter[str](), Counter[str]()
    drift = DriftCount(lambda name: found.update([name]), lambda name: repaired.update([name]))
    world = World(listeners=Listeners(drift=drift))

    def everybody_moves() -> None:
        for user in world.connect.users():
            moved = (
                dataclasses.replace(user, identity={**user.identity, "LastName": "Other"})
                if section == "identity"
                else dataclasses.replace(user, routing_profile_id="rp-2")
            )
            world.connect.put(moved, world.connect.clock.now())

    def right() -> bool:
        users = world.connect.users()
        return all(user.identity["LastName"] == "Doe" and user.routing_profile_id == "rp-1" for user in users)

    def apply_all() -> None:
        for name in USERS:
            world.cluster.apply(name, SPEC)

    timeline = [(0.0, apply_all), (900.0, everybody_moves), (900.0, lambda: None)]
    world.play(timeline, lambda: right() and all(world.ready(name) for name in USERS))
    assert len(world.connect.users()) == len(USERS)
    assert found == {"support": len(USERS)}
    assert repaired == found


@pytest.mark.parametrize(
    ("before", "after"),
    [({"defaultTags": {"cost": "1"}}, {"defaultTags": {"cost": "2"}}), ({}, {"inactive": INACTIVE})],
    ids=["default tags", "profiles of inactive users"],
)
def test_an_edit_of_the_instance_is_no_drift(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Nobody has worked around it; what somebody changes afterwards is drift as before."""
    found = Counter[str]()
    world = World(listeners=Listeners(drift=DriftCount(lambda name: found.update([name]))))
    world.cluster.instance = an_instance_raw(inactive=OTHERS | before.pop("inactive", {}), **before)
    spec = a_spec(state="Inactive") if "inactive" in after else a_spec()
    world.until(lambda: world.reason() in ("Available", "Inactive"), act=lambda: world.cluster.apply("jdoe", spec))
    [user] = world.connect.users()

    def edit() -> None:
        world.cluster.instance["spec"].update(after)
        world.cluster.instance["metadata"]["generation"] += 1
        world.cluster.change_instance()

    world.play([(30.0, edit), (900.0, lambda: None)], lambda: True)
    [changed] = world.connect.users()
    assert changed != user
    assert found == {}
    assert "DriftRepaired" not in {reason for _, reason in world.cluster.events}
    moved = dataclasses.replace(changed, routing_profile_id="rp-1" if "inactive" in after else "rp-2")
    world.play(
        [(0.0, lambda: world.connect.put(moved, world.connect.clock.now())), (900.0, lambda: None)], lambda: True
    )
    assert world.connect.users() == [changed]
    assert found == {"support": 1}


def test_a_day_that_has_come_is_no_drift() -> None:
    """Nobody has worked around the manifest of who starts at activeFrom and leaves at activeUntil."""
    found = Counter[str]()
    world = World(listeners=Listeners(drift=DriftCount(lambda name: found.update([name]))))
    world.cluster.instance = an_instance_raw(inactive=INACTIVE)
    begin, end = EPOCH + 1000, EPOCH + 3000
    spec = a_spec(activeFrom=rfc3339(begin), activeUntil=rfc3339(end))
    world.until(lambda: world.reason() == "Scheduled", act=lambda: world.cluster.apply("jdoe", spec))
    world.until(lambda: world.reason() == "Available")
    world.until(lambda: world.reason() == "Inactive")
    assert found == {}
    assert "DriftRepaired" not in {reason for _, reason in world.cluster.events}
