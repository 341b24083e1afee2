"""Two objects that ask for the quick connects of one deleted user: both are let go. Only a forged status makes two."""

from __future__ import annotations

import pytest

from connect_operator.domain.text.timestamps import rfc3339

from .builders import ARN, WINDOW, a_spec
from .hands import delete_forged
from .harness import SLOW
from .leavers import a_world
from .virtual_time import EPOCH

pytestmark = pytest.mark.usefixtures("quiet")


def test_nobody_waits_for_the_slow_retry_because_another_names_its_user() -> None:
    world = a_world(quickConnectsOfDeletedUsers="Delete", deletionGuard={"maxPending": "100%"})
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    [jdoe] = world.connect.named("jdoe")
    told = {"userId": jdoe.user_id, "instanceArn": str(ARN), "createdTime": rfc3339(EPOCH - 86_400)}
    for number in range(20):
        world.connect.desks.lead(f"qc-{number}", jdoe.user_id)
    world.let_pass(2 * WINDOW)

    def forge() -> None:
        """Nobody but their statuses names the user, so both look for as long as it might not show, and then ask."""
        world.connect.remove(jdoe.user_id)
        for name in ("forged", "forged-too"):
            delete_forged(world, told, name)

    began = world.elapsed
    world.play(
        [(0.0, forge)],
        lambda: not {"forged", "forged-too"} & {key.name for key in world.cluster.objects},
    )
    assert world.elapsed - began < WINDOW + SLOW / 2
    assert world.connect.desks.quick_connects == {}
