"""A world with many users: their objects are applied, deleted, paused by the deletion guard, and confirmed."""

from __future__ import annotations

from typing import Any

from connect_operator.domain.kinds.objects import CONFIRM
from connect_operator.domain.text.timestamps import rfc3339

from .builders import a_spec
from .harness import World

NAMES = [f"user-{number:02}" for number in range(30)]
SMALL: dict[str, Any] = {"maxPending": "10%", "minPending": 3}


def populated(names: list[str] = NAMES, guard: dict[str, Any] | None = None) -> World:
    world = World()
    if guard is not None:
        world.cluster.instance["spec"]["deletionGuard"] = guard
    world.until(lambda: all(world.ready(name) for name in names), act=lambda: apply_all(world, names))
    return world


def apply_all(world: World, names: list[str]) -> None:
    for name in names:
        world.cluster.apply(name, a_spec())


def delete_all(world: World, names: list[str]) -> None:
    for name in names:
        world.cluster.delete(name)


def paused(world: World, names: list[str]) -> bool:
    return all(world.reason(name) == "DeletionsPaused" for name in names)


def instance_condition(world: World) -> dict[str, Any]:
    conditions: list[dict[str, Any]] = world.cluster.instance["status"].get("conditions", [])
    return next((each for each in conditions if each["type"] == "Ready"), {})


def deletions(world: World) -> int:
    return sum(operation == "DeleteUser" for operation, _ in world.connect.writes)


def annotate(world: World, value: str | None) -> None:
    annotations = world.cluster.instance["metadata"].setdefault("annotations", {})
    annotations.pop(CONFIRM, None)
    if value is not None:
        annotations[CONFIRM] = value
    world.cluster.instance["metadata"]["managedFields"] = [
        {
            "time": rfc3339(world.cluster.clock.now()),
            "fieldsV1": {"f:metadata": {"f:annotations": {f"f:{CONFIRM}": {}}}},
        }
    ]
    world.cluster.change_instance()


def unconfirmed(world: World) -> bool:
    return CONFIRM not in world.cluster.instance["metadata"].get("annotations", {})
