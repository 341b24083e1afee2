"""Waiting for API quota: told with the place in the line, in turn, never throttled; an edit goes first and wins."""

from __future__ import annotations

import re

import pytest

from local_stack.objects import Object, condition, has_reason

from .conftest import StartOperator
from .stage import Stage

NAMES = [f"user-{number:02}" for number in range(12)]
RATE, BURST = 2.0, 5.0
CREATE_ONLY = {"default": {"rate": 1000, "burst": 1000}, "CreateUser": {"rate": RATE, "burst": int(BURST)}}


@pytest.fixture
def busy(run_operator: StartOperator, stage: Stage) -> Stage:
    """A stage with AWS's own rate for CreateUser, on both sides, and an operator that has observed it."""
    stage.sim.settings(rates={"CreateUser": {"rate": RATE, "burst": BURST}})
    stage.apply_instance(apiRates=CREATE_ONLY)
    run_operator()
    stage.wait_instance(lambda found: condition(found, "Ready").get("status") == "True")
    return stage


def backlog(found: Object | None) -> dict[str, object]:
    return dict(((found or {}).get("status") or {}).get("backlog") or {})


def test_backlog_is_told_and_worked_off_without_a_throttled_call(busy: Stage) -> None:
    stage = busy
    stage.apply_users(NAMES)
    message = stage.wait_reason(NAMES[-1], "WaitingForQuota")
    ahead = re.search(r"(\d+) were before it", message)
    assert ahead is not None, message
    assert 0 < int(ahead[1]) < len(NAMES)
    assert "CreateUser" in message
    assert stage.conditions(NAMES[-1])["Reconciling"] == "True"

    found = stage.wait_instance(lambda found: int(str(backlog(found).get("pending", 0))) > 0)
    assert str(backlog(found)["estimatedCompletionTime"]).endswith("Z")

    stage.wait_ready(*NAMES)
    assert stage.usernames() == NAMES
    assert not [call for call in stage.calls() if call.throttled]
    stage.wait_instance(lambda found: not backlog(found).get("pending"))
    # Waiting is told in the status only: ten thousand objects would mean ten thousand Events.
    assert "WaitingForQuota" not in stage.event_reasons(NAMES[-1])


def test_edit_goes_before_the_backlog_and_only_its_newest_form_is_created(busy: Stage) -> None:
    stage, last = busy, NAMES[-1]
    stage.apply_instance(apiRates={**CREATE_ONLY, "CreateUser": {"rate": 0.5, "burst": 2}})
    stage.apply_users(NAMES)
    stage.wait(last, has_reason("WaitingForQuota"))
    for first_name in ("Augusta", "Byron"):
        identity = {"firstName": first_name, "lastName": "Lovelace", "email": "ada@example.com"}
        edited = stage.apply_user(last, identityInfo=identity)
    found = stage.wait_ready(last)
    assert len(stage.usernames()) < len(NAMES)
    assert edited["metadata"]["generation"] == found["status"]["observedGeneration"] == 3
    [call] = [call for call in stage.calls("CreateUser") if call.params["Username"] == last]
    assert call.params["IdentityInfo"]["FirstName"] == "Byron"
    assert stage.write_names() == ["CreateUser"] * len(stage.usernames())


@pytest.mark.usefixtures("operator")
def test_edit_during_the_create_wins_and_ready_never_speaks_of_what_was_not_seen(stage: Stage) -> None:
    barrier = stage.fault("barrier", "CreateUser")
    stage.apply_user("ada")
    barrier.wait_for_waiting()
    identity = {"firstName": "Augusta", "lastName": "Lovelace", "email": "ada@example.com"}
    stage.apply_user("ada", identityInfo=identity)
    update = stage.fault("barrier", "UpdateUserIdentityInfo")
    barrier.release()
    update.wait_for_waiting()
    found = stage.user("ada") or {}
    ready = condition(found, "Ready")
    assert (ready.get("status"), ready.get("observedGeneration")) != ("True", 2)
    update.release()

    done = stage.wait_ready("ada")
    assert done["status"]["observedGeneration"] == 2
    assert stage.truth("ada")["IdentityInfo"]["FirstName"] == "Augusta"
    assert stage.write_names() == ["CreateUser", "UpdateUserIdentityInfo"]
