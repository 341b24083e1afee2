"""A version of an object that arrives after its end brings nothing back: not the object, not its user."""

from __future__ import annotations

import copy

from connect_operator.domain.kinds.objects import ConnectUser, parse_user

from .builders import a_spec
from .harness import World


class LateRead:
    """A read of the object whose answer arrives when it is gone."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.answer: ConnectUser | None = None

    def begin_and_delete(self) -> None:
        raw = self.world.cluster.raw("jdoe")
        assert raw is not None
        self.answer = parse_user(copy.deepcopy(raw))
        self.world.cluster.delete("jdoe")

    def arrive(self) -> None:
        self.world.cluster.sink.user_changed(self.answer)


def test_of_an_object_that_is_gone() -> None:
    world = World()
    late = LateRead(world)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.play([(700.0, late.begin_and_delete), (5.0, late.arrive), (3600.0, lambda: None)], lambda: True)
    assert world.cluster.raw("jdoe") is None
    assert world.connect.users() == []
    assert [operation for operation, _ in world.connect.writes] == [
        "CreateUser",
        "DeleteAllEntitySessions",
        "DeleteUser",
    ]


def test_of_an_object_that_has_a_successor() -> None:
    world = World()
    late = LateRead(world)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    steps = [
        (700.0, late.begin_and_delete),
        (5.0, lambda: world.cluster.apply("jdoe", a_spec())),
        (0.05, late.arrive),
        (250.0, lambda: None),
    ]
    world.play(steps, lambda: True)
    assert world.ready()
    assert len(world.connect.users()) == 1
