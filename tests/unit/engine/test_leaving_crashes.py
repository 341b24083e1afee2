"""Each way of leaving in virtual time, with a crash at every step; and that coming back is no drift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_operator.domain.connect.ownership import DEACTIVATED_TAG, OWNER_TAG
from connect_operator.domain.text.timestamps import rfc3339

from .harness import World
from .leavers import NOBODY, OWN, a_world, delete, edit, held, work
from .script import CRASH
from .virtual_time import EPOCH

pytestmark = pytest.mark.usefixtures("quiet")


def leave_by_deletion(world: World) -> None:
    delete(world)


def deleted(world: World) -> None:
    assert world.connect.users() == []
    assert world.connect.desks.signed_in == set()
    assert set(world.connect.desks.quick_connects) == {"qc-2"}


def leave_by_state(world: World) -> None:
    edit(world, state="Inactive", deletionPolicy="Deactivate")


def inactive(world: World) -> None:
    assert held(world) == NOBODY
    assert world.connect.desks.signed_in == set()
    assert OWNER_TAG in world.connect.users()[0].tags
    assert world.reason() == "Inactive"


def leave_and_come_back(world: World) -> None:
    leave_by_state(world)
    edit(world, deletionPolicy="Deactivate")


def active(world: World) -> None:
    assert held(world) == OWN
    assert world.reason() == "Available"


def deactivated(world: World) -> None:
    assert held(world) == NOBODY
    assert world.connect.desks.signed_in == set()
    tags = world.connect.users()[0].tags
    assert DEACTIVATED_TAG in tags
    assert OWNER_TAG not in tags


def hired_again(world: World) -> None:
    delete(world)
    edit(world, adoptionPolicy="IfUnowned")


def back(world: World) -> None:
    active(world)
    tags = world.connect.users()[0].tags
    assert DEACTIVATED_TAG not in tags
    assert OWNER_TAG in tags


WAYS: dict[str, tuple[str, Callable[[World], None], Callable[[World], None]]] = {
    "deletion": ("Delete", leave_by_deletion, deleted),
    "state": ("Deactivate", leave_by_state, inactive),
    "state and back": ("Deactivate", leave_and_come_back, active),
    "deactivation": ("Deactivate", leave_by_deletion, deactivated),
    "deactivation and back": ("Deactivate", hired_again, back),
}


def at_work(policy: str) -> World:
    world = a_world(waitForContacts="2m", quickConnectsOfDeletedUsers="Delete")
    user = work(world, deletionPolicy=policy)
    world.connect.desks.busy_until[user.user_id] = EPOCH + world.elapsed + 40
    world.connect.desks.lead("qc-1", user.user_id)
    world.connect.desks.lead("qc-2", "somebody-else")
    return world


@pytest.mark.parametrize("name", WAYS)
def test_a_crash_at_every_step(name: str) -> None:
    policy, leave, check = WAYS[name]
    calm = at_work(policy)
    first = len(calm.script.log)
    leave(calm)
    check(calm)
    steps = calm.script.log
    for step in range(first, len(steps)):
        world = at_work(policy)
        world.script.troubles = {step: CRASH}
        leave(world)
        try:
            check(world)
        except AssertionError as failure:
            raise AssertionError(f"after a crash at step {step}, {steps[step]}: {world.script.log}") from failure


@pytest.mark.parametrize(
    ("instance", "spec"),
    [
        pytest.param({}, {"ignoreDrift": ["routingProfile", "securityProfiles"]}, id="drift is left to Connect"),
        pytest.param(
            {"driftRepair": {"timeZone": "UTC", "windows": [{"start": "02:00", "end": "03:00"}]}},
            {},
            id="drift is repaired at night",
        ),
    ],
)
def test_to_leave_and_to_come_back_is_no_drift(instance: dict[str, Any], spec: dict[str, Any]) -> None:
    world = a_world(**instance)
    end = rfc3339(EPOCH + 2000)
    work(world, **spec, activeUntil=end)
    world.until(lambda: world.reason() == "Inactive")
    assert (held(world), world.elapsed < 2060) == (NOBODY, True)
    edit(world, **spec)
    assert (held(world), world.reason()) == (OWN, "Available")
