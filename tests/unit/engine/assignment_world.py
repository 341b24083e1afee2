"""A world in which contacts may go to any user, and what became of those that are handed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import ARN
from .harness import World
from .script import Script

AGENT = ModelUser("u-9", f"{ARN}/agent/u-9", "agent", {"FirstName": "A", "LastName": "B"})
BY_ID: dict[str, Any] = {"userId": AGENT.user_id}
ASSOCIATE = "AssociateContactWithUser"


def a_world(script: Script | None = None) -> World:
    """One whose contacts may go to any user."""
    world = World(script if script is not None else Script())
    world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "*", "contactAssignments": "AnyUser"}]
    world.connect.put(AGENT, 0.0)
    return world


def calls(world: World, name: str = "hand") -> int:
    """How often Connect has carried the call out."""
    return world.connect.writes.count((ASSOCIATE, f"contact-of-{name}"))


def sent(world: World) -> int:
    """How often Connect was asked, carried out or not."""
    return world.script.log.count(f"before {ASSOCIATE}")


def messages(world: World, name: str = "hand") -> str:
    return " ".join(str(each["message"]) for each in world.assignments.status(name)["conditions"])


def ends(world: World, *names: str) -> Callable[[], bool]:
    return lambda: all(world.assignments.ended(name) for name in names or ("hand",))


def create_all(world: World, names: list[str]) -> None:
    for name in names:
        world.assignments.create(name, **BY_ID)
