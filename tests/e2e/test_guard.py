"""The deletion guard: a wave of deletions stops until an administrator confirms that very wave."""

from __future__ import annotations

from collections import Counter

import pytest

from local_stack.objects import Object, condition, has_reason

from .conftest import NewScene
from .scene import Scene
from .side_by_side import Played, named, play

# The consistency window, and a sweep after it.
pytestmark = pytest.mark.timeout(1800)

CONFIRM = "connect-operator.io/confirm-deletions"
GUARD = {"maxPending": "10%", "minPending": 20}
LEAVING = ("DeleteAllEntitySessions", "DeleteUser")
SMALL_GUARD = {"maxPending": "10%", "minPending": 3}


def _populate(scene: Scene, count: int) -> list[str]:
    names = [f"user-{number:02}" for number in range(count)]
    for name in names:
        scene.apply(name)
    scene.wait_ready(*names)
    return names


def _confirm(scene: Scene) -> None:
    scene.objects.patch("ConnectInstance", None, scene.instance, {"metadata": {"annotations": {CONFIRM: "true"}}})


def _is_unconfirmed(found: Object | None) -> bool:
    return CONFIRM not in ((found or {})["metadata"].get("annotations") or {})


def _assert_paused(scene: Scene, names: list[str], since: int) -> None:
    command = f"kubectl annotate connectinstance {scene.instance} {CONFIRM}=true"
    for name in names:
        message = condition(scene.wait_reason(name, "DeletionsPaused"), "Ready")["message"]
        assert command in message
        told = scene.conditions(name)
        assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    said = condition(scene.wait_instance(has_reason("DeletionsPaused")), "Ready")
    assert said["status"] == "False"
    assert command in said["message"]
    assert scene.operations(since) == []


def wave_is_paused_confirmed_and_the_next_paused_again(new_scene: NewScene) -> None:
    scene = new_scene(instance={"deletionGuard": GUARD})
    names = _populate(scene, 30)
    since = scene.mark()
    first, rest = names[:25], names[25:]
    scene.delete(*first)
    _assert_paused(scene, first, since)
    assert str(len(first)) in scene.message(first[0])
    scene.wait_event(first[0], "DeletionsPaused")

    _confirm(scene)
    scene.wait_gone(*first)
    assert Counter(scene.operations(since)) == dict.fromkeys(LEAVING, len(first))
    assert scene.usernames() == rest
    scene.wait_instance(_is_unconfirmed)
    scene.wait_instance(has_reason("Available"))

    scene.objects.patch("ConnectInstance", None, scene.instance, {"spec": {"deletionGuard": SMALL_GUARD}})
    since = scene.mark()
    second = rest[:4]
    scene.delete(*second)
    _assert_paused(scene, second, since)
    # What nobody deletes goes on as ever.
    scene.apply(rest[4], securityProfileNames=["Admin"])
    scene.wait_ready(rest[4])
    assert scene.operations(since) == ["UpdateUserSecurityProfiles"]
    assert scene.usernames() == rest

    _confirm(scene)
    scene.wait_gone(*second)
    scene.wait_instance(_is_unconfirmed)
    assert scene.usernames() == rest[4:]


def what_is_deleted_after_the_confirmation_is_not_covered_by_it(new_scene: NewScene) -> None:
    scene = new_scene(instance={"deletionGuard": {"maxPending": "10%", "minPending": 2}})
    names = _populate(scene, 10)
    scene.delete(*names[:4])
    for name in names[:4]:
        scene.wait_reason(name, "DeletionsPaused")
    # The confirmed wave is kept in flight, so that the next one meets the annotation.
    barrier = scene.fault("barrier", "DeleteUser", times=None)
    _confirm(scene)
    barrier.wait_for_waiting(1)
    since = scene.mark()
    scene.delete(*names[4:8])
    for name in names[4:8]:
        scene.wait_reason(name, "DeletionsPaused")
    barrier.release()
    # A call that was held for longer than 7 s has no answer: its user is certainly gone when the window is over.
    scene.wait_gone(*names[:4], timeout=1200)
    scene.wait_instance(_is_unconfirmed)
    for name in names[4:8]:
        scene.wait_reason(name, "DeletionsPaused")
    assert scene.usernames() == names[4:]
    assert set(scene.operations(since)) <= set(LEAVING)


def up_to_the_limit_nothing_is_paused(new_scene: NewScene) -> None:
    scene = new_scene(instance={"deletionGuard": SMALL_GUARD | {"window": "0s"}})
    names = _populate(scene, 8)
    for _ in range(2):  # wave after wave: what is done with is not pending any more, and is forgotten at once
        wave, names = names[:3], names[3:]
        scene.delete(*wave)
        scene.wait_gone(*wave)
        assert all("DeletionsPaused" not in scene.events(name) for name in wave)
    assert scene.usernames() == names


def what_was_carried_out_within_the_window_counts(new_scene: NewScene) -> None:
    scene = new_scene(instance={"deletionGuard": SMALL_GUARD})
    names = _populate(scene, 8)
    for name in names[:3]:  # one after another, as kubectl delete in a loop
        scene.delete(name)
        scene.wait_gone(name)
    since = scene.mark()
    scene.delete(names[3])
    _assert_paused(scene, [names[3]], since)
    assert "3 were within the last 1h" in scene.message(names[3])
    _confirm(scene)
    scene.wait_gone(names[3])
    scene.wait_instance(_is_unconfirmed)


def a_paused_wave_stays_paused_while_its_users_are_kept_one_by_one(new_scene: NewScene) -> None:
    scene = new_scene(instance={"deletionGuard": SMALL_GUARD})
    names = _populate(scene, 8)
    since = scene.mark()
    scene.delete(*names)
    _assert_paused(scene, names, since)
    for name in names[:6]:
        scene.patch(name, deletionPolicy="Retain")
        scene.wait_gone(name)
    assert scene.usernames() == names
    _confirm(scene)
    scene.wait_gone(*names)
    assert scene.usernames() == names[:6]


def what_deletes_nobody_in_connect_does_not_count(new_scene: NewScene) -> None:
    scene = new_scene(instance={"deletionGuard": SMALL_GUARD})
    names = _populate(scene, 8)
    for name in names[:6]:
        scene.patch(name, deletionPolicy="Retain")
    scene.wait_ready(*names)
    scene.delete(*names)
    scene.wait_gone(*names)
    assert scene.usernames() == names[:6]


def guard_that_is_lifted_lets_the_wave_go(new_scene: NewScene) -> None:
    scene = new_scene(instance={"deletionGuard": SMALL_GUARD})
    names = _populate(scene, 6)
    scene.delete(*names)
    scene.wait_reason(names[0], "DeletionsPaused")
    scene.objects.patch("ConnectInstance", None, scene.instance, {"spec": {"deletionGuard": GUARD}})
    scene.wait_gone(*names)
    assert scene.usernames() == []


SCENARIOS = named(
    wave_is_paused_confirmed_and_the_next_paused_again,
    what_is_deleted_after_the_confirmation_is_not_covered_by_it,
    up_to_the_limit_nothing_is_paused,
    what_was_carried_out_within_the_window_counts,
    a_paused_wave_stays_paused_while_its_users_are_kept_one_by_one,
    what_deletes_nobody_in_connect_does_not_count,
    guard_that_is_lifted_lets_the_wave_go,
)


@pytest.fixture(scope="module")
def played(new_scene: NewScene) -> Played:
    return play(SCENARIOS, new_scene)


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(played: Played, name: str) -> None:
    played[name].result()
