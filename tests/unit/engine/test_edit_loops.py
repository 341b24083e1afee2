"""Somebody edits, and asks for looks, in a loop: another tenant's edit has its turn all the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest

from connect_operator.domain.kinds.objects import RECONCILE, ObjectKey

from .builders import a_spec
from .harness import World

pytestmark = pytest.mark.usefixtures("quiet")

OBJECTS = 40
EDITS = 8
"""More than go before others for being edits."""
LONGEST = 6.0
"""Seconds from an edit to Ready: a turn for a reading and one for the write, among two tenants at two a second."""


def named(number: int) -> dict[str, Any]:
    return a_spec(identityInfo={"firstName": f"A{number}", "lastName": "b", "secondaryEmail": f"a{number}@example.com"})


def test_an_edit_is_applied_while_another_tenant_edits_in_a_loop() -> None:
    world, numbers = World(), count(1)
    loops = [f"loop-{number}" for number in range(OBJECTS)]

    def begin() -> None:
        for name in loops:
            world.cluster.apply(name, named(0), "tenant-x")
        world.cluster.apply("jdoe", named(0))

    def touch() -> None:
        number = next(numbers)
        key = ObjectKey("tenant-x", loops[number % OBJECTS])
        world.cluster.objects[key]["metadata"]["annotations"] = {RECONCILE: str(number)}
        world.cluster.apply(key.name, named(number), key.namespace)

    world.until(world.ready, act=begin)
    applied: list[bool] = []
    timeline: list[tuple[float, Callable[[], None]]] = [(0.1, touch)] * 100
    for edit in range(EDITS):
        timeline += [
            (0.0, partial(world.cluster.apply, "jdoe", named(1000 + edit))),
            *[(0.1, touch)] * int(10 * LONGEST),
        ]
        timeline.append((0.0, lambda: applied.append(world.ready())))
    world.play(timeline, lambda: True)  # in one life: a new process has forgotten who was in a hurry
    assert applied == [True] * EDITS
    assert [each.identity["FirstName"] for each in world.connect.named("jdoe")] == [f"A{999 + EDITS}"]
