"""Waiting for API quota: told with the place in the line, in turn, never throttled; an edit goes first and wins."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from local_stack.objects import Object, condition, has_reason

from .conftest import StartOperator
from .manifests import UNLIMITED
from .stage import Stage, wait_for

# At AWS's rate their creation takes 17 s: long enough to be told, on a busy machine too.
NAMES = [f"user-{number:02}" for number in range(40)]
WAITING = "WaitingForQuota"
StartBusy = Callable[[float, int], Stage]


@pytest.fixture
def busy(run_operator: StartOperator, stage: Stage) -> StartBusy:
    """Start an operator that finds all users to be created at once, at a rate and a burst of CreateUser."""

    def start(rate: float, burst: int) -> Stage:
        create = {"CreateUser": {"rate": rate, "burst": burst}}
        stage.sim.settings(rates=create)
        stage.apply_instance(apiRates={**UNLIMITED, **create})
        stage.apply_users(NAMES)
        run_operator()
        return stage

    return start


def hindmost(stage: Stage) -> str:
    """Wait until users wait for quota; returns the name of the one with the most before it."""

    def waiting() -> list[tuple[int, str]]:
        found = stage.objects.every("ConnectUser", stage.namespace)
        return sorted((place(each), each["metadata"]["name"]) for each in found if has_reason(WAITING)(each))

    return wait_for(waiting, "users that wait for quota")[-1][1]


def place(found: Object | None) -> int:
    """How many waited before it, as the message says."""
    message = condition(found, "Ready")["message"]
    ahead = re.search(r"to call CreateUser: (\d+) were before it, at [0-9.]+ calls a second", message)
    assert ahead is not None, message
    return int(ahead[1])


def backlog(found: Object | None) -> dict[str, object]:
    return dict(((found or {}).get("status") or {}).get("backlog") or {})


def test_backlog_is_told_and_worked_off_without_a_throttled_call(busy: StartBusy) -> None:
    stage = busy(2, 5)  # AWS's own
    last = hindmost(stage)
    assert 0 < place(stage.user(last)) < len(NAMES)
    assert stage.conditions(last)["Reconciling"] == "True"

    found = stage.wait_instance(lambda found: int(str(backlog(found).get("pending", 0))) > 0)
    assert str(backlog(found)["estimatedCompletionTime"]).endswith("Z")

    stage.wait_ready(*NAMES)
    assert stage.usernames() == NAMES
    assert not [call for call in stage.calls() if call.throttled]
    stage.wait_instance(lambda found: not backlog(found).get("pending"))
    # Waiting is told in the status only: ten thousand objects would mean ten thousand Events.
    assert WAITING not in stage.event_reasons(last)


def test_edit_goes_before_the_backlog_and_only_its_newest_form_is_created(busy: StartBusy) -> None:
    stage = busy(0.5, 2)
    last = hindmost(stage)
    for first_name in ("Augusta", "Byron"):
        identity = {"firstName": first_name, "lastName": "Lovelace", "email": "ada@example.com"}
        edited = stage.apply_user(last, identityInfo=identity)
    found = stage.wait_ready(last)
    assert len(stage.usernames()) < len(NAMES)
    assert edited["metadata"]["generation"] == found["status"]["observedGeneration"] == 3
    [call] = [call for call in stage.calls("CreateUser") if call.params["Username"] == last]
    assert call.params["IdentityInfo"]["FirstName"] == "Byron"
    assert set(stage.write_names()) == {"CreateUser"}


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
