"""A reference that does not resolve has the instance swept soon, and not without end for whoever edits it in a loop."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from connect_operator.engine.ports import UserPage

from .builders import a_spec
from .fake_connect import FakeConnect
from .harness import World
from .script import Script

pytestmark = pytest.mark.usefixtures("quiet")

SWEEP = 12.0


class LargeConnect(FakeConnect):
    """One whose lists take as long as those of thousands of users."""

    async def list_users(self, next_token: str | None) -> UserPage:
        await asyncio.sleep(SWEEP)
        return await super().list_users(next_token)


def test_an_edit_loop_has_a_quarter_of_the_time_swept_at_most() -> None:
    world = World(Script())
    world.connect = LargeConnect(world.script)

    def edit(number: int) -> None:
        world.cluster.apply("jdoe", a_spec(hierarchyGroupPath=f"Nowhere/{number}"))

    world.play([(1.0, partial(edit, number)) for number in range(600)], lambda: True)
    sweeps = world.script.log.count("ListUsers")
    assert 600 / 60 <= sweeps <= 600 / (4 * SWEEP) + 2


def test_what_is_made_in_connect_is_found_before_the_next_sweep_is_due() -> None:
    world = World(Script())
    world.cluster.instance["spec"]["driftCheckInterval"] = "1h"
    world.until(
        lambda: world.reason() == "ReferenceNotFound",
        act=lambda: world.cluster.apply("jdoe", a_spec(hierarchyGroupPath="Nowhere")),
    )
    before = world.script.log.count("ListUsers")
    world.let_pass(120.0)
    assert world.script.log.count("ListUsers") > before + 1
