"""Connect is emptied beside an operator that has just begun: what is only looked for stays as it was told."""

from __future__ import annotations

import asyncio
from typing import Any

from .builders import WINDOW, a_spec
from .harness import World

NAMES = [f"user-{number:02}" for number in range(20)]


def emptied(edit: dict[str, Any]) -> tuple[World, dict[str, float]]:
    """Users are made, another process begins, and nobody is there any more; how long each said WaitingForQuota."""
    world, waited = World(tick=1.0), dict.fromkeys(NAMES, 0.0)

    def create() -> None:
        for name in NAMES:
            world.cluster.apply(name, a_spec())

    def empty() -> None:
        for user in world.connect.users():
            world.connect.remove(user.user_id)
        for name in NAMES if edit else ():
            world.cluster.apply(name, a_spec(**edit))

    world.until(lambda: all(map(world.ready, NAMES)), act=create)
    end = world.elapsed + WINDOW / 2

    def look() -> bool:
        for name in NAMES:
            waited[name] += world.reason(name) == "WaitingForQuota"
        return asyncio.get_running_loop().time() >= end

    world.play([(0.0, empty)], look)
    return world, waited


def test_who_is_only_looked_for_stays_ready() -> None:
    world, waited = emptied({})
    assert not any(waited.values()), "nothing is known against them yet"
    assert all(map(world.ready, NAMES))


def test_nobody_waits_for_a_turn_that_has_come() -> None:
    """Twenty looks take ten seconds; none of them proves anything, so they are repeated a few times."""
    _, waited = emptied({"identityInfo": {"firstName": "Joan", "lastName": "Doe"}})
    assert max(waited.values()) < 60.0, waited
