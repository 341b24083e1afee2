"""The process dies at every step, once each: exactly one Connect user is left, and the object says the truth."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.kinds.objects import FINALIZER

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import ARN, a_spec
from .harness import World
from .script import CRASH, Script

pytestmark = pytest.mark.usefixtures("quiet")

EDITED = a_spec(routingProfileId="rp-2", proficiencies=[{"attributeName": "a", "attributeValue": "b", "level": 3}])
WITH_SKILL = a_spec(proficiencies=[{"attributeName": "a", "attributeValue": "b", "level": 3}])


def stranger(username: str = "jdoe", tag: str | None = None) -> ModelUser:
    tags = {} if tag is None else {OWNER_TAG: tag}
    return ModelUser("x-1", f"{ARN}/agent/x-1", username, {"FirstName": "Jane", "LastName": "Doe"}, tags=tags)


def create(world: World) -> None:
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", WITH_SKILL))


def created(world: World) -> None:
    (user,) = world.connect.users()
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    assert raw["status"].get("userId") == user.user_id
    assert raw["metadata"]["finalizers"] == [FINALIZER]
    assert user.tags[OWNER_TAG] == f"cluster-1/{raw['metadata']['uid']}/team-a/jdoe"
    assert user.proficiencies == {("a", "b"): 3.0}
    assert [operation for operation, _ in world.connect.writes].count("CreateUser") == 1


def edit(world: World) -> None:
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", EDITED))


def edited(world: World) -> None:
    created(world)
    (user,) = world.connect.users()
    assert user.routing_profile_id == "rp-2"


def delete(world: World) -> None:
    world.until(lambda: world.cluster.raw("jdoe") is None, act=lambda: world.cluster.delete("jdoe"))


def deleted(world: World) -> None:
    assert world.connect.users() == []


def delete_at_once(world: World) -> None:
    """Applied and deleted in the same moment, before the operator has done anything."""

    def act() -> None:
        world.cluster.apply("jdoe", a_spec())
        world.cluster.delete("jdoe")

    world.until(lambda: world.cluster.raw("jdoe") is None, act=act)


def retain(world: World) -> None:
    def act() -> None:
        world.cluster.apply("jdoe", {**WITH_SKILL, "deletionPolicy": "Retain"})
        world.cluster.delete("jdoe")

    world.until(lambda: world.cluster.raw("jdoe") is None, act=act)


def retained(world: World) -> None:
    (user,) = world.connect.users()
    assert OWNER_TAG not in user.tags


def adopt(world: World) -> None:
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", {**EDITED, "adoptionPolicy": "IfUnowned"}))


def adopted(world: World) -> None:
    (user,) = world.connect.users()
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    assert (user.user_id, raw["status"].get("userId")) == ("x-1", "x-1")
    assert user.tags[OWNER_TAG].endswith("/team-a/jdoe")
    assert user.routing_profile_id == "rp-2"
    assert ("CreateUser", "jdoe") not in world.connect.writes


def nothing(_: World) -> None:
    """No preparation."""


def a_stranger(world: World) -> None:
    world.connect.put(stranger(), 0.0)


SCENARIOS = {
    "create": (nothing, create, created),
    "edit": (create, edit, edited),
    "delete": (create, delete, deleted),
    "delete at once": (nothing, delete_at_once, deleted),
    "retain": (create, retain, retained),
    "adopt": (a_stranger, adopt, adopted),
}
Stage = Callable[[World], None]


@pytest.mark.parametrize("delay", [0.0, 40.0], ids=["at once", "visible after 40 s"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_crash_at_every_step(name: str, delay: float) -> None:
    prepare, scenario, check = SCENARIOS[name]
    calm = prepared(prepare, delay)
    first = len(calm.script.log)
    scenario(calm)
    check(calm)
    steps = calm.script.log
    for step in range(first, len(steps)):
        world = prepared(prepare, delay)
        world.script.troubles = {step: CRASH}
        scenario(world)
        try:
            check(world)
        except AssertionError as failure:
            raise AssertionError(f"after a crash at step {step}, {steps[step]}: {world.script.log}") from failure


def prepared(prepare: Stage, delay: float) -> World:
    world = World(Script(), delay)
    prepare(world)
    return world


def test_the_process_is_really_gone_and_begun_anew() -> None:
    world = World(Script({8: CRASH}))
    create(world)
    assert world.lives == 2
