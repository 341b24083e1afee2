"""A CreateUser whose outcome is not known: the user is recognised by the owner tag, and nobody has to help."""

from __future__ import annotations

import pytest

from .stage import OWNER_TAG, Stage

pytestmark = pytest.mark.usefixtures("operator")

AFTER = ("drop-after-commit", "500-after-commit")
BEFORE = ("drop-before", "500-before", "refuse")
# Seconds in which Connect does not show the new user; shorter than the consistency window (5 s).
HIDDEN = {
    "at once": 0.0,
    "late everywhere": 2.0,
    "late in searches": {"describe": 0.0, "list": 0.0, "search": 3.0},
    "late in lists": {"describe": 0.0, "list": 3.0, "search": 0.0},
}


def assert_one_user_of_its_own(stage: Stage) -> None:
    found = stage.wait_ready("ada")
    assert stage.usernames() == ["ada"]
    user = stage.truth("ada")
    assert found["status"]["userId"] == user["Id"]
    assert user["Tags"][OWNER_TAG] == stage.owner_tag("ada")
    assert len([call for call in stage.calls("CreateUser") if call.committed]) == 1


@pytest.mark.parametrize("visible", HIDDEN)
@pytest.mark.parametrize("kind", AFTER)
def test_committed_create_without_an_answer_is_found(stage: Stage, kind: str, visible: str) -> None:
    stage.sim.settings(visibilityDelay=HIDDEN[visible])
    fault = stage.fault(kind, "CreateUser", match={"username": "ada"})
    stage.apply_user("ada")
    fault.wait_for_hits()
    assert_one_user_of_its_own(stage)
    # While the user is not shown, another attempt may be made: it cannot make a second user.
    creates = stage.calls("CreateUser")
    assert len(creates) == 1 or visible != "at once", creates
    assert {call.outcome for call in creates[1:]} <= {"DuplicateResourceException"}


@pytest.mark.parametrize("kind", BEFORE)
def test_create_that_was_not_carried_out_is_sent_again(stage: Stage, kind: str) -> None:
    fault = stage.fault(kind, "CreateUser", match={"username": "ada"})
    stage.apply_user("ada")
    fault.wait_for_hits()
    assert_one_user_of_its_own(stage)
    assert [call.committed for call in stage.calls("CreateUser")] == [False, True]


def test_answer_that_comes_too_late_is_no_failure(stage: Stage) -> None:
    stage.fault("delay", "CreateUser", seconds=30)  # twice the read time-out; the user exists at once
    stage.apply_user("ada")
    stage.wait_calls("CreateUser", 1)
    assert_one_user_of_its_own(stage)
    assert len(stage.calls("CreateUser")) == 1


def test_every_answer_lost_for_a_while_ends_well(stage: Stage) -> None:
    stage.sim.settings(visibilityDelay=2.0)
    with stage.fault("drop-after-commit", "CreateUser", times=None) as fault:
        names = [f"user-{number}" for number in range(5)]
        stage.apply_users(names)
        fault.wait_for_hits(5)
    stage.wait_ready(*names)
    assert stage.usernames() == names
    assert len([call for call in stage.calls("CreateUser") if call.committed]) == len(names)


def test_name_taken_by_a_stranger_during_the_attempt_is_not_ours(stage: Stage) -> None:
    barrier = stage.fault("barrier", "CreateUser")
    stage.apply_user("ada")
    barrier.wait_for_waiting()
    stage.sim.add_users([{"Username": "ada"}])
    barrier.release()
    stage.wait_reason("ada", "UsernameTaken")
    assert [call.outcome for call in stage.calls("CreateUser")] == ["DuplicateResourceException"]
    assert OWNER_TAG not in stage.truth("ada")["Tags"]

    stage.delete_user("ada")
    stage.wait_gone("ada")
    assert stage.usernames() == ["ada"]
