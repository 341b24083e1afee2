"""Thousands that wait for one object are not all looked at whenever somebody touches it."""

from __future__ import annotations

import pytest

from connect_operator.engine.pace.scheduler import Watcher
from connect_operator.engine.wiring import Listeners

from .builders import a_spec
from .harness import World

pytestmark = pytest.mark.usefixtures("quiet")

CROWD, TIMES = 100, 60
FEW = 8
"""So often at most is a whole crowd looked at within a minute: twice at once, then ever more seldom."""


class Counting(Watcher):
    """How many passes have ended."""

    def __init__(self) -> None:
        self.passes = 0

    def ended(self, result: str, seconds: float) -> None:
        del result, seconds
        self.passes += 1


def a_world(counting: Counting) -> World:
    world = World(listeners=Listeners(assignment_passes=counting, user_passes=counting))
    world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "*", "contactAssignments": "AnyUser"}]
    return world


def await_user(world: World) -> None:
    world.cluster.apply("jdoe", a_spec(suspend=True))
    for number in range(CROWD):
        world.assignments.create(f"hand-{number}", userRef={"name": "jdoe"}, activeDeadlineSeconds=7200)


@pytest.mark.parametrize(("how", "crowds"), [("label", 0), ("edit", FEW), ("forge", FEW), ("come and go", FEW)])
def test_assignments_that_wait_for_a_user(how: str, crowds: int) -> None:
    counting = Counting()
    world, times = a_world(counting), iter(range(10_000))

    def touch() -> None:
        number, raw = next(times), world.cluster.raw("jdoe")
        if how == "edit":
            world.cluster.apply("jdoe", a_spec(suspend=number % 2 == 0, routingProfileId="rp-77"))
        elif how == "come and go" and raw is not None:
            world.cluster.delete("jdoe")
        elif raw is None:
            world.cluster.apply("jdoe", a_spec(suspend=True))
        else:
            if how == "forge":
                raw["status"] = {**raw["status"], "userId": f"u-{number}"}
            world.cluster.touch("jdoe")

    passes: list[int] = []

    def note() -> None:
        passes.append(counting.passes)

    begin = [(0.0, lambda: await_user(world)), (20.0, note)]
    world.play([*begin, *((1.0, touch) for _ in range(TIMES)), (1.0, note)], lambda: True)
    assert passes[1] - passes[0] <= crowds * CROWD + 10 * TIMES
    # In the end all know that there is a user.
    done = lambda: all(world.assignments.ended(f"hand-{number}") for number in range(CROWD))  # noqa: E731 - of this world
    world.until(done, act=lambda: world.cluster.apply("jdoe", a_spec()))
    assert {world.assignments.reason(f"hand-{number}") for number in range(CROWD)} == {"Assigned"}


def test_objects_that_wait_for_a_username() -> None:
    counting = Counting()
    world = a_world(counting)

    def begin() -> None:
        world.cluster.apply("first", a_spec(username="ceo"))
        for number in range(CROWD):
            world.cluster.apply(f"waits-{number}", a_spec(username="ceo"))

    def come_and_go() -> None:
        if world.cluster.raw("comes-and-goes") is None:
            world.cluster.apply("comes-and-goes", a_spec(username="ceo"))
        else:
            world.cluster.delete("comes-and-goes")

    passes: list[int] = []

    def note() -> None:
        passes.append(counting.passes)

    world.play([(0.0, begin), (20.0, note), *((0.5, come_and_go) for _ in range(2 * TIMES)), (1.0, note)], lambda: True)
    assert passes[1] - passes[0] <= FEW * CROWD + 20 * TIMES
    names = [f"waits-{number}" for number in range(CROWD)]
    world.until(lambda: any(map(world.ready, names)), act=lambda: world.cluster.delete("first"))
