"""Somebody writes status while the user is being created, adopted or repaired: it is made once, and found again."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from .builders import ARN, WINDOW, a_spec
from .harness import World
from .script import LOSE
from .test_homes import referring
from .test_random_schedules import stranger
from .two_instances import OTHER, Acting, two

pytestmark = pytest.mark.usefixtures("quiet")

LATE = "2100-01-01T00:00:00Z"
NOBODYS = {"userId": "u-9", "userArn": f"{OTHER}/agent/u-9"}
FORGED: dict[str, Any] = {
    "stripped": {},
    "pinned here": {"instanceArn": str(ARN)},
    "made there": {"instanceArn": str(OTHER), **NOBODYS, "createdTime": LATE},
    "the user of somebody": {
        "instanceArn": str(ARN),
        "userId": "x-somebody",
        "createdTime": LATE,
        "verified": {"generation": 1, "lastModifiedTime": LATE},
    },
}
MEANWHILE = ["stripped", "made there", "the user of somebody"]


class Writer:
    """Writes the whole status of `jdoe`."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self, status: dict[str, Any]) -> None:
        raw = self.world.cluster.raw("jdoe")
        assert raw is not None
        raw["status"] = copy.deepcopy(status)
        self.world.cluster.touch("jdoe")


@pytest.mark.parametrize("before", ["stripped", "pinned here"])
@pytest.mark.parametrize("meanwhile", MEANWHILE)
@pytest.mark.parametrize("trouble", [None, LOSE])
@pytest.mark.parametrize("moved", [False, True])
def test_a_user_that_is_created(before: str, meanwhile: str, trouble: str | None, *, moved: bool) -> None:
    script = Acting(troubles_by_name={"after CreateUser": [trouble]} if trouble else {})
    world, first, other = two(script, 40.0)
    for each in (first, other):
        each.put(stranger("somebody"), 0.0)
    write = Writer(world)

    def create() -> None:
        world.cluster.apply("jdoe", a_spec())
        write(FORGED[before])

    def forge() -> None:
        if moved:
            world.cluster.apply("jdoe", referring())
        write(FORGED[meanwhile])

    script.on("after CreateUser", forge)
    world.play([(1.0, create)], lambda: bool(first.named("jdoe") or other.named("jdoe")))
    world.let_pass(3 * WINDOW)
    assert len(first.named("jdoe") + other.named("jdoe")) == 1, "doubled, or lost"
    assert first.named("somebody") == other.named("somebody") == [stranger("somebody")]
    world.until(lambda: world.cluster.raw("jdoe") is None, act=lambda: world.cluster.delete("jdoe"))
    assert first.users() == other.users() == [stranger("somebody")]


@pytest.mark.parametrize("before", ["stripped", "pinned here"])
@pytest.mark.parametrize("meanwhile", MEANWHILE)
@pytest.mark.parametrize("trouble", [None, LOSE])
@pytest.mark.parametrize("moved", [False, True])
def test_a_user_that_is_adopted(before: str, meanwhile: str, trouble: str | None, *, moved: bool) -> None:
    script = Acting(troubles_by_name={"after TagResource": [trouble]} if trouble else {})
    world, first, other = two(script, 40.0, allowedAdoptionPolicies=["Never", "IfUnowned"])
    first.put(stranger("jdoe"), 0.0)
    for each in (first, other):
        each.put(stranger("somebody"), 0.0)
    write = Writer(world)

    def adopt() -> None:
        world.cluster.apply("jdoe", a_spec(adoptionPolicy="IfUnowned"))
        write(FORGED[before])

    def forge() -> None:
        if moved:
            world.cluster.apply("jdoe", referring(adoptionPolicy="IfUnowned"))
        write(FORGED[meanwhile])

    script.on("after TagResource", forge)
    world.play([(1.0, adopt)], lambda: "after TagResource" in script.log)
    world.let_pass(3 * WINDOW)
    assert (len(first.named("jdoe")), len(other.named("jdoe"))) == (1, 0), "doubled, or lost"
    assert first.named("somebody") == other.named("somebody") == [stranger("somebody")]
    world.until(lambda: world.cluster.raw("jdoe") is None, act=lambda: world.cluster.delete("jdoe"))
    assert first.users() == other.users() == [stranger("somebody")]
