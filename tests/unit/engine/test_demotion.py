"""A user who was promoted in Connect is demoted at once, however long its tenant has made the lines of other calls."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from connect_operator.domain.kinds.objects import RECONCILE, ObjectKey

from .builders import a_spec, an_instance_raw
from .harness import World
from .script import Script

pytestmark = pytest.mark.usefixtures("quiet")

CROWD = 300
"""Users of the same tenant. To read or to write all of them takes two minutes and a half at two calls a second."""
LOOK = 61.0
"""Seconds until a sweep has shown the promotion."""
SOON = 12.0

Edit = Callable[[World, str, int], None]


def a_world(**instance: Any) -> World:  # noqa: ANN401 - any member of a ConnectInstance
    world = World(Script())
    allowed = [{"name": "team-a", "securityProfileNames": ["Agent"]}]
    world.cluster.instance = an_instance_raw(allowedNamespaces=allowed, **instance)
    return world


def renamed(world: World, name: str, number: int) -> None:
    world.cluster.apply(name, a_spec(identityInfo={"firstName": f"A{number}", "lastName": "b"}))


def called(world: World, name: str, number: int) -> None:
    world.cluster.objects[ObjectKey("team-a", name)]["metadata"]["annotations"] = {RECONCILE: str(number)}
    world.cluster.touch(name)


def nothing(_world: World, _name: str, _number: int) -> None: ...


def hopping(world: World, name: str, number: int) -> None:
    """Another section each time, so that the pass goes from one long line to the other."""
    phone = {"phoneType": "SOFT_PHONE", "afterContactWorkTimeLimit": number}
    identity = {"firstName": f"A{number}", "lastName": "b"}
    world.cluster.apply(name, a_spec(**({"phoneConfig": phone} if number % 2 else {"identityInfo": identity})))


@pytest.mark.parametrize(
    ("reason", "others", "own"),
    [
        ("the line of UpdateUserIdentityInfo, in which the user waits too", renamed, renamed),
        ("the line of DescribeUser", called, nothing),
        ("the same, and the user is to be read too", called, called),
        ("hopping from one line to the other", hopping, hopping),
    ],
)
def test_a_promotion_does_not_outlast_the_next_look(reason: str, others: Edit, own: Edit) -> None:
    world, numbers = a_world(), count(1)
    crowd = [f"crowd-{number}" for number in range(CROWD)]

    def begin() -> None:
        for name in (*crowd, "jdoe"):
            world.cluster.apply(name, a_spec())

    def promote() -> None:
        (user,) = world.connect.named("jdoe")
        more = dataclasses.replace(user, security_profile_ids=frozenset({"sp-1", "sp-2"}))
        world.connect.put(more, world.connect.clock.now())

    def press() -> None:
        for name in crowd:
            others(world, name, next(numbers))
        own(world, "jdoe", next(numbers))

    def look() -> None:
        (user,) = world.connect.named("jdoe")
        assert user.security_profile_ids == {"sp-1"}, reason

    world.until(lambda: len(world.connect.users()) == CROWD + 1, act=begin)
    steps: list[tuple[float, Callable[[], None]]] = [(6.0, press) for _ in range(int((LOOK + SOON) / 6))]
    world.play([(700.0, promote), *steps, (6.0, look)], lambda: True)
