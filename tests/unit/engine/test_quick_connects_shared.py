"""Two objects that ask for the quick connects of one deleted user: both are let go. Only a forged status makes two."""

from __future__ import annotations

import pytest

from connect_operator.domain.text.timestamps import rfc3339

from .builders import ARN, a_spec
from .hands import delete_forged
from .harness import SLOW
from .leavers import a_world
from .virtual_time import EPOCH

pytestmark = pytest.mark.usefixtures("quiet")

NAMES = ("first", "jdoe")


def test_nobody_waits_for_the_slow_retry_because_another_names_its_user() -> None:
    world = a_world(quickConnectsOfDeletedUsers="Delete", deletionGuard={"maxPending": "100%"})

    def hire() -> None:
        for name in NAMES:
            world.cluster.apply(name, a_spec())

    world.until(lambda: all(map(world.ready, NAMES)), act=hire)
    [jdoe] = world.connect.named("jdoe")
    told = {"userId": jdoe.user_id, "instanceArn": str(ARN), "createdTime": rfc3339(EPOCH - 86_400)}
    for number in range(20):
        world.connect.desks.lead(f"qc-{number}", jdoe.user_id)

    # The first deletion's search is over, and the next one has to wait a while: both ask in that time.
    began = world.elapsed
    world.play(
        [
            (0.0, lambda: world.cluster.delete("first")),
            (5.0, lambda: world.cluster.delete("jdoe")),
            (2.0, lambda: delete_forged(world, told)),
        ],
        lambda: not world.cluster.objects,
    )
    assert world.elapsed - began < SLOW / 2
    assert world.connect.desks.quick_connects == {}
