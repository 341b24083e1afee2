"""After a restart status alone may tell where an object's user lives, and may lie, while that instance is not read yet.

Whoever may write status gains no second user by it, and no object is let go while its user may be somewhere else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from .builders import WINDOW, a_spec
from .fake_connect import FakeConnect
from .harness import World
from .script import DENY, FAIL
from .test_homes import ready_message, referring
from .test_random_schedules import stranger
from .two_instances import OTHER, Acting, two

pytestmark = pytest.mark.usefixtures("quiet")

STATUSES: dict[str, dict[str, Any]] = {
    "stripped": {},
    "says the other": {"instanceArn": str(OTHER)},
    "names a user of the other": {
        "instanceArn": str(OTHER),
        "userId": "u-forged",
        "userArn": f"{OTHER}/agent/u-forged",
        "createdTime": "2020-01-01T00:00:00Z",
    },
}


def created() -> tuple[World, FakeConnect, FakeConnect]:
    """Jdoe is made in the first instance; the second has somebody else."""
    world, first, other = two(Acting())
    other.put(stranger("somebody"), 0.0)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.let_pass(3 * WINDOW)
    return world, first, other


def forge(world: World, status: dict[str, Any], spec: dict[str, Any], *, delete: bool = False) -> None:
    """Write that status and manifest while no process lives."""
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    raw["status"] = dict(status)
    world.cluster.apply("jdoe", spec)
    if delete:
        world.cluster.delete("jdoe")
    world.restart()


@pytest.mark.parametrize("status", STATUSES.values(), ids=STATUSES)
def test_no_second_user_is_made_while_the_first_one_s_instance_is_being_read(status: dict[str, Any]) -> None:
    world, first, other = created()
    first.slow = 20.0
    world.play([(0.0, lambda: forge(world, status, referring())), (30 * WINDOW, lambda: None)], lambda: True)
    assert other.named("jdoe") == []
    assert len(first.users()) == 1
    assert world.reason() == "ImmutableField"


@pytest.mark.parametrize("shut", [DENY, FAIL])
@pytest.mark.parametrize("status", STATUSES.values(), ids=STATUSES)
def test_no_second_user_is_made_while_the_first_one_s_instance_is_in_trouble(status: dict[str, Any], shut: str) -> None:
    world, first, other = created()
    first.shut = shut

    def mend() -> None:
        assert world.reason() in ("PermissionDenied", "ServiceUnavailable")
        assert "ConnectInstance support" in ready_message(world)
        first.shut = ""

    forged = [(0.0, lambda: forge(world, status, referring())), (WINDOW / 2, mend), (100.0, lambda: None)]
    world.play(forged, lambda: True)
    assert other.named("jdoe") == []
    assert len(first.users()) == 1
    assert world.reason() == "ImmutableField"


def test_who_has_no_user_anywhere_is_served_though_another_instance_stays_in_trouble() -> None:
    """As when the operator was ended right before CreateUser: one broken instance does not hold up others for long."""
    world, first, other = created()
    [user] = first.users()
    other.shut = DENY
    world.play(
        [(0.0, lambda: first.remove(user.user_id)), (0.0, world.restart), (3 * WINDOW, lambda: None)], lambda: True
    )
    assert len(first.users()) == 1
    assert world.ready()


@pytest.mark.parametrize("trouble", ["slow", "shut"])
@pytest.mark.parametrize("spec", [referring(), a_spec(instanceRef={"name": "nowhere"})], ids=["the other", "nowhere"])
@pytest.mark.parametrize("status", STATUSES.values(), ids=STATUSES)
def test_nothing_is_let_go_while_its_user_may_be_in_an_instance_that_is_not_read(
    status: dict[str, Any], spec: dict[str, Any], trouble: str
) -> None:
    world, first, _ = created()
    if trouble == "slow":
        first.slow = 20.0
    else:
        first.shut = DENY

    def mend() -> None:
        raw = world.cluster.raw("jdoe")
        assert raw is not None, "let go"
        first.shut, first.slow = "", 0.0

    world.play(
        [(0.0, lambda: forge(world, status, spec, delete=True)), (3 * WINDOW if trouble == "shut" else 5.0, mend)],
        lambda: True,
    )
    world.until(lambda: world.cluster.raw("jdoe") is None)
    assert first.users() == []


def test_a_user_that_turns_up_twice_is_told_and_its_object_is_not_let_go() -> None:
    """Somebody copies users with their tags into another instance: whether they are to go as well nobody can tell."""
    world, first, other = created()
    [user] = first.users()
    other.put(user, 0.0)
    world.let_pass(3 * WINDOW)
    assert world.ready()
    assert "ConnectInstance second" in ready_message(world)

    def deleted() -> None:
        assert first.users() == []
        assert other.named("jdoe") == [user]
        assert "ConnectInstance second" in ready_message(world)
        assert world.reason() == "Deleting"
        other.put(replace(user, tags={}), other.clock.now())

    world.play(
        [(60.0, lambda: world.cluster.delete("jdoe")), (2 * WINDOW, deleted)],
        lambda: world.cluster.raw("jdoe") is None,
    )
    assert len(other.named("jdoe")) == 1


def test_what_was_made_in_doubt_is_not_let_go_while_the_doubt_lasts() -> None:
    """The instance that may hold the object's user stayed in trouble for so long that another user was made."""
    world, first, other = created()
    first.shut = DENY

    def still_there() -> None:
        assert other.named("jdoe") == []
        assert "ConnectInstance support" in ready_message(world)
        first.shut = ""

    world.play(
        [
            (0.0, lambda: forge(world, {}, referring())),
            (2 * WINDOW, lambda: world.cluster.delete("jdoe")),
            (WINDOW, still_there),
            (WINDOW, lambda: first.remove(first.users()[0].user_id)),
        ],
        lambda: world.cluster.raw("jdoe") is None,
    )
