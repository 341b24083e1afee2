"""A world to be crashed in, its Connect instances, and what a scenario is.

`prepare` is played without trouble; `play` is what is enumerated, and ends when the objects say what they should.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import ARN
from .fake_connect import FakeConnect
from .harness import World
from .two_instances import OTHER, Acting, two


@dataclass
class Case:
    """A world, its Connect instances, and the users there that are nobody's business here."""

    world: World
    connects: tuple[FakeConnect, ...]
    strangers: tuple[ModelUser, ...] = ()

    def users(self) -> list[ModelUser]:
        """Everybody, in truth."""
        return [user for connect in self.connects for user in connect.users()]

    def writes(self) -> list[tuple[str, str]]:
        """What Connect has carried out."""
        return [write for connect in self.connects for write in connect.writes]

    def put_stranger(self, username: str = "jdoe", **tags: str) -> None:
        """Somebody who was there before."""
        user_id = f"x-{username}"
        name = {"FirstName": "S", "LastName": "T"}
        user = ModelUser(user_id, f"{ARN}/agent/{user_id}", username, name, tags=tags)
        self.connects[0].put(user, 0.0)
        self.strangers = (*self.strangers, user)


Stage = Callable[[Case], None]


@dataclass(frozen=True)
class Scenario:
    """`reason` is that of the objects' Ready at the end, where it is not Available."""

    name: str
    play: Stage
    prepare: Stage = lambda _: None
    reason: str = ""


def _case(delay: float) -> Case:
    world, first, other = two(Acting(), delay)
    other.put(ModelUser("x-other", f"{OTHER}/agent/x-other", "other", {"FirstName": "O"}), 0.0)  # so that ids differ
    for connect in (first, other):
        connect.attributes = {**connect.attributes, "c": ("d",)}
    world.cluster.numbers_instances = True
    return Case(world, (first, other), tuple(other.users()))


def a_case(scenario: Scenario, delay: float) -> Case:
    """Prepared, with the script that is to be troubled."""
    case = _case(delay)
    scenario.prepare(case)
    return case
