"""An instance without room: one slow probe for all who wait, at once when a person edits or somebody leaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .builders import a_spec
from .fake_connect import FakeConnect
from .harness import SLOW, World
from .script import error

NAMES = tuple(f"u{number}" for number in range(30))


class Full:
    """Connect that takes so many users, and counts how many CreateUser calls are under way at once."""

    def __init__(self, world: World, quota: int) -> None:
        self.quota, self.sent, self.under_way, self.most = quota, 0, 0, 0
        self.world = world
        self._create = world.connect.create_user
        world.connect.create_user = self.create_user  # type: ignore[assignment,method-assign]

    async def create_user(self, *arguments: object) -> object:
        self.sent += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            if len(self.world.connect.users()) >= self.quota:
                raise error("CreateUser", "LimitExceededException", 429)
            return await self._create(*arguments)  # type: ignore[arg-type]
        finally:
            self.under_way -= 1


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Fakes are slotted: the class is opened for a test."""

    class Open(FakeConnect):
        pass

    made = World()
    made.connect = Open(made.script, 0.0)
    yield made
    monkeypatch.undo()


def hire(world: World) -> None:
    for name in NAMES:
        world.cluster.apply(name, a_spec(username=name))


def ready(world: World) -> int:
    return sum(world.ready(name) for name in NAMES)


def all_waiting(world: World, but: int = 0) -> bool:
    return sum(world.reason(name) == "QuotaExceeded" for name in NAMES) == len(NAMES) - but


@pytest.fixture
def full(world: World) -> Full:
    """All wait."""
    made = Full(world, 0)
    world.until(lambda: all_waiting(world), act=lambda: hire(world))
    assert made.sent <= 6, "one refusal is told to all, but for those that are under way"
    made.sent = made.most = 0
    return made


def test_one_probe_serves_all(world: World, full: Full) -> None:
    world.let_pass(0.1)
    before = full.sent
    world.let_pass(4 * SLOW)
    assert 3 <= full.sent - before <= 9, "a new process has to find out for itself"


def test_an_edit_is_tried_at_once_and_the_rest_follows_one_by_one(world: World, full: Full) -> None:
    full.quota, began = len(NAMES), world.elapsed
    started: list[float] = []

    def edit() -> None:
        full.sent = full.most = 0
        started.append(world.connect.clock.monotonic())
        world.cluster.apply("u7", a_spec(username="u7", routingProfileId="rp-2"))

    world.play(
        [(0.0, lambda: setattr(full, "quota", 0)), (60.0, lambda: setattr(full, "quota", 99)), (1.0, edit)],
        lambda: world.ready("u7"),
    )
    assert world.elapsed - began < 75, "not after the slow retry"
    world.until(lambda: ready(world) == len(NAMES))


def test_many_edits_of_one_moment_are_one_question(world: World, full: Full) -> None:
    def edit() -> None:
        full.sent = full.most = 0
        for name in NAMES:
            world.cluster.apply(name, a_spec(username=name, routingProfileId="rp-2"))

    world.play([(30.0, edit)], lambda: all_waiting(world))
    end = world.elapsed + 60.0
    world.play([(0.0, lambda: None)], lambda: world.connect.clock.monotonic() >= end)
    assert full.sent <= 4
    assert full.most <= 3


@pytest.mark.parametrize("by", ["an object", "the console"])
def test_who_leaves_makes_room_for_one(world: World, by: str) -> None:
    made = Full(world, 3)
    world.until(lambda: all_waiting(world, but=3), act=lambda: hire(world))
    leaver = next(name for name in NAMES if world.ready(name))
    [user] = world.connect.named(leaver)
    began = world.elapsed

    def leave() -> None:
        made.sent = made.most = 0
        if by == "an object":
            world.cluster.delete(leaver)
        else:
            world.cluster.apply(leaver, a_spec(username=leaver, suspend=True))
            world.connect.remove(user.user_id)

    def others() -> int:
        return len([each for each in world.connect.users() if each.username != leaver])

    world.play([(0.0, lambda: None), (60.0, leave)], lambda: others() == 3)
    assert world.elapsed - began < 60 + 150
    assert made.most <= 1, "one at a time"
