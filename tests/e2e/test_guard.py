"""The deletion guard: a wave of deletions stops until an administrator confirms that very wave."""

from __future__ import annotations

from collections import Counter

import pytest

from local_stack.objects import Object, condition, has_reason

from .conftest import NewStage
from .side_by_side import Played, named, play
from .stage import Stage

# The consistency window, and a sweep after it.
pytestmark = pytest.mark.timeout(1800)

CONFIRM = "connect-operator.io/confirm-deletions"
GUARD = {"maxPending": "10%", "minPending": 20}
LEAVING = ("DeleteAllEntitySessions", "DeleteUser")
SMALL_GUARD = {"maxPending": "10%", "minPending": 3}


def _populate(stage: Stage, count: int) -> list[str]:
    names = [f"user-{number:02}" for number in range(count)]
    for name in names:
        stage.apply_user(name)
    stage.wait_ready(*names)
    return names


def _confirm(stage: Stage) -> None:
    stage.objects.patch("ConnectInstance", None, stage.instance, {"metadata": {"annotations": {CONFIRM: "true"}}})


def _is_unconfirmed(found: Object | None) -> bool:
    return CONFIRM not in ((found or {})["metadata"].get("annotations") or {})


def _assert_paused(stage: Stage, names: list[str], since: int) -> None:
    command = f"kubectl annotate connectinstance {stage.instance} {CONFIRM}=true"
    for name in names:
        message = stage.wait_reason(name, "DeletionsPaused")
        assert command in message
        told = stage.conditions(name)
        assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    said = condition(stage.wait_instance(has_reason("DeletionsPaused")), "Ready")
    assert said["status"] == "False"
    assert command in said["message"]
    assert stage.write_names(since) == []


def wave_is_paused_confirmed_and_the_next_paused_again(new_stage: NewStage) -> None:
    stage = new_stage(instance={"deletionGuard": GUARD})
    names = _populate(stage, 30)
    since = stage.mark()
    first, rest = names[:25], names[25:]
    stage.delete_user(*first)
    _assert_paused(stage, first, since)
    assert str(len(first)) in stage.message(first[0])
    stage.wait_event(first[0], "DeletionsPaused")

    _confirm(stage)
    stage.wait_gone(*first)
    assert Counter(stage.write_names(since)) == dict.fromkeys(LEAVING, len(first))
    assert stage.usernames() == rest
    stage.wait_instance(_is_unconfirmed)
    stage.wait_instance(has_reason("Available"))

    stage.objects.patch("ConnectInstance", None, stage.instance, {"spec": {"deletionGuard": SMALL_GUARD}})
    since = stage.mark()
    second = rest[:4]
    stage.delete_user(*second)
    _assert_paused(stage, second, since)
    # What nobody deletes goes on as ever.
    stage.apply_user(rest[4], securityProfileNames=["Admin"])
    stage.wait_ready(rest[4])
    assert stage.write_names(since) == ["UpdateUserSecurityProfiles"]
    assert stage.usernames() == rest

    _confirm(stage)
    stage.wait_gone(*second)
    stage.wait_instance(_is_unconfirmed)
    assert stage.usernames() == rest[4:]


def what_is_deleted_after_the_confirmation_is_not_covered_by_it(new_stage: NewStage) -> None:
    stage = new_stage(instance={"deletionGuard": {"maxPending": "10%", "minPending": 2}})
    names = _populate(stage, 10)
    stage.delete_user(*names[:4])
    for name in names[:4]:
        stage.wait_reason(name, "DeletionsPaused")
    # The confirmed wave is kept in flight, so that the next one meets the annotation.
    barrier = stage.fault("barrier", "DeleteUser", times=None)
    _confirm(stage)
    barrier.wait_for_waiting(1)
    since = stage.mark()
    stage.delete_user(*names[4:8])
    for name in names[4:8]:
        stage.wait_reason(name, "DeletionsPaused")
    barrier.release()
    # A call that was held for longer than 7 s has no answer: its user is certainly gone when the window is over.
    stage.wait_gone(*names[:4], timeout=1200)
    stage.wait_instance(_is_unconfirmed)
    for name in names[4:8]:
        stage.wait_reason(name, "DeletionsPaused")
    assert stage.usernames() == names[4:]
    assert set(stage.write_names(since)) <= set(LEAVING)


def up_to_the_limit_nothing_is_paused(new_stage: NewStage) -> None:
    stage = new_stage(instance={"deletionGuard": SMALL_GUARD | {"window": "0s"}})
    names = _populate(stage, 8)
    for _ in range(2):  # wave after wave: what is done with is not pending any more, and is forgotten at once
        wave, names = names[:3], names[3:]
        stage.delete_user(*wave)
        stage.wait_gone(*wave)
        assert all("DeletionsPaused" not in stage.event_reasons(name) for name in wave)
    assert stage.usernames() == names


def what_was_carried_out_within_the_window_counts(new_stage: NewStage) -> None:
    stage = new_stage(instance={"deletionGuard": SMALL_GUARD})
    names = _populate(stage, 8)
    for name in names[:3]:  # one after another, as kubectl delete in a loop
        stage.delete_user(name)
        stage.wait_gone(name)
    since = stage.mark()
    stage.delete_user(names[3])
    _assert_paused(stage, [names[3]], since)
    assert "3 were within the last 1h" in stage.message(names[3])
    _confirm(stage)
    stage.wait_gone(names[3])
    stage.wait_instance(_is_unconfirmed)


def a_paused_wave_stays_paused_while_its_users_are_kept_one_by_one(new_stage: NewStage) -> None:
    stage = new_stage(instance={"deletionGuard": SMALL_GUARD})
    names = _populate(stage, 8)
    since = stage.mark()
    stage.delete_user(*names)
    _assert_paused(stage, names, since)
    for name in names[:6]:
        stage.patch_user(name, deletionPolicy="Retain")
        stage.wait_gone(name)
    assert stage.usernames() == names
    _confirm(stage)
    stage.wait_gone(*names)
    assert stage.usernames() == names[:6]


def what_deletes_nobody_in_connect_does_not_count(new_stage: NewStage) -> None:
    stage = new_stage(instance={"deletionGuard": SMALL_GUARD})
    names = _populate(stage, 8)
    for name in names[:6]:
        stage.patch_user(name, deletionPolicy="Retain")
    stage.wait_ready(*names)
    stage.delete_user(*names)
    stage.wait_gone(*names)
    assert stage.usernames() == names[:6]


def guard_that_is_lifted_lets_the_wave_go(new_stage: NewStage) -> None:
    stage = new_stage(instance={"deletionGuard": SMALL_GUARD})
    names = _populate(stage, 6)
    stage.delete_user(*names)
    stage.wait_reason(names[0], "DeletionsPaused")
    stage.objects.patch("ConnectInstance", None, stage.instance, {"spec": {"deletionGuard": GUARD}})
    stage.wait_gone(*names)
    assert stage.usernames() == []


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
def played(new_module_stage: NewStage) -> Played:
    return play(SCENARIOS, new_module_stage)


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(played: Played, name: str) -> None:
    played[name].result()
