"""A wave that comes in slowly is judged as a whole: deletions wait until no further one has come for a while."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from connect_operator.engine.users.decide_deleting import LONGEST_SETTLE

from .builders import a_spec
from .harness import World
from .virtual_time import EPOCH

NAMES = [f"user-{number:02}" for number in range(30)]


def test_a_slow_wave_is_paused_before_the_first_deletion() -> None:
    world = World()
    world.until(lambda: all(world.ready(name) for name in NAMES), act=lambda: _apply_all(world))
    world.play(
        _deletions(world, NAMES[:25]),
        lambda: all(world.reason(name) == "DeletionsPaused" for name in NAMES[:25]),
    )
    assert [name for operation, name in world.connect.writes if operation == "DeleteUser"] == []


def test_a_wave_within_the_limit_goes_when_it_has_ended() -> None:
    world = World()
    world.until(lambda: all(world.ready(name) for name in NAMES), act=lambda: _apply_all(world))
    world.play(
        _deletions(world, NAMES[:20]),
        lambda: all(world.cluster.raw(name) is None for name in NAMES[:20]),
    )
    assert sorted(user.username for user in world.connect.users()) == NAMES[20:]


def test_an_endless_stream_of_deletions_holds_none_up_for_ever() -> None:
    world = World()
    world.cluster.instance["spec"]["deletionGuard"] = {"maxPending": "100%", "minPending": 0}
    many = [f"user-{number:03}" for number in range(120)]
    world.until(lambda: all(world.ready(name) for name in many), act=lambda: _apply_all(world, many))
    began = world.elapsed
    world.play(
        _deletions(world, many),
        lambda: len(world.connect.users()) < len(many),
    )
    first = next(at for at, _ in world.connect.histories[_id_of(world, many[0])].versions[1:])
    assert first - EPOCH - began < LONGEST_SETTLE + 5.0


def _apply_all(world: World, names: list[str] = NAMES) -> None:
    for name in names:
        world.cluster.apply(name, a_spec())


def _deletions(world: World, names: list[str]) -> list[tuple[float, Callable[[], None]]]:
    """Further apart than any deletion takes, and closer together than the gap that ends a wave."""
    return [(0.7, partial(world.cluster.delete, name)) for name in names]


def _id_of(world: World, username: str) -> str:
    [found] = [
        user_id
        for user_id, history in world.connect.histories.items()
        if any(user is not None and user.username == username for _, user in history.versions)
    ]
    return found
