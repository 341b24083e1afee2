"""Deletions that no call is refused for and that cannot be carried out: they hold up nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from .builders import a_spec
from .guarded_world import NAMES, SMALL, annotate, delete_all, deletions, paused, populated, unconfirmed
from .harness import World

pytestmark = pytest.mark.usefixtures("quiet")

INACTIVE: dict[str, Any] = {"securityProfileNames": ["No Access"], "routingProfileId": "rp-2"}
CANNOT: dict[str, tuple[dict[str, Any], str]] = {
    "no inactive profiles": ({}, "InvalidSpec"),
    "inactive profiles that do not exist": (
        {"inactive": {**INACTIVE, "securityProfileNames": ["Nothing"]}},
        "ReferenceNotFound",
    ),
}


def leave(world: World, locked_out: list[str], deleted: list[str]) -> None:
    for name in locked_out:
        world.cluster.apply(name, a_spec(deletionPolicy="Deactivate"))
    delete_all(world, [*locked_out, *deleted])


@pytest.mark.parametrize("why", CANNOT)
def test_what_cannot_be_carried_out_does_not_block_the_next_wave(why: str) -> None:
    """No call is refused: nobody says what inactive users have, and whose manifests ask for that is no matter."""
    world, (instance, reason) = populated(guard=SMALL), CANNOT[why]
    world.cluster.instance["spec"] |= instance
    world.until(lambda: paused(world, NAMES[5:10]), act=lambda: leave(world, NAMES[:5], NAMES[5:10]))
    world.until(lambda: unconfirmed(world), act=lambda: annotate(world, "true"))
    world.until(lambda: deletions(world) == 5)
    assert {world.reason(name) for name in NAMES[:5]} == {reason}
    world.until(lambda: paused(world, NAMES[10:15]), act=lambda: delete_all(world, NAMES[10:15]))
    world.until(lambda: deletions(world) == 10, act=lambda: annotate(world, "true"))


def test_what_would_lock_out_and_cannot_pauses_nobody_and_is_counted_when_it_can() -> None:
    world = populated(guard=SMALL)
    world.until(lambda: deletions(world) == 1, act=lambda: leave(world, NAMES[:5], NAMES[5:6]))

    def tell() -> None:
        world.cluster.instance["spec"]["inactive"] = INACTIVE
        world.cluster.instance["metadata"]["generation"] += 1
        world.cluster.change_instance()

    world.until(lambda: paused(world, NAMES[:5]), act=tell)
    assert [operation for operation, _ in world.connect.writes if operation.startswith("Update")] == []
