"""What people do to the one user of a world: in the console, and to its manifest."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from connect_operator.domain.kinds.objects import FINALIZER

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import a_spec
from .harness import World


def user(world: World) -> ModelUser:
    """As Connect has it."""
    [found] = world.connect.users()
    return found


def move(world: World, **fields: Any) -> Callable[[], None]:  # noqa: ANN401 - any member of a user
    """A supervisor changes the user in the console."""
    return lambda: world.connect.put(dataclasses.replace(user(world), **fields), world.connect.clock.now())


def move_all(world: World, **fields: Any) -> Callable[[], None]:  # noqa: ANN401 - any member of a user
    """Likewise every user."""

    def act() -> None:
        for each in world.connect.users():
            world.connect.put(dataclasses.replace(each, **fields), world.connect.clock.now())

    return act


def edit(world: World, **spec: Any) -> Callable[[], None]:  # noqa: ANN401 - any member of a manifest
    """Somebody edits the manifest."""
    return lambda: world.cluster.apply("jdoe", {**world.cluster.raw("jdoe")["spec"], **spec})  # type: ignore[index]


def crowd(world: World, count: int) -> list[str]:
    """So many users, all Ready; returns the names of their objects."""
    names = [f"user{number}" for number in range(count)]

    def apply() -> None:
        for name in names:
            world.cluster.apply(name, a_spec())

    world.until(lambda: all(world.ready(name) for name in names), act=apply)
    return names


def delete_forged(world: World, told: dict[str, Any], name: str = "forged") -> None:
    """An object appears that is being deleted, and whose status, written by others, tells of a user."""
    world.cluster.apply(name, a_spec(suspend=True))
    raw = world.cluster.raw(name)
    assert raw is not None
    raw["metadata"]["finalizers"] = [FINALIZER]
    raw["status"] = told
    raw["spec"]["suspend"] = False
    world.cluster.delete(name)
