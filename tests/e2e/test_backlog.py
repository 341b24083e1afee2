"""Policies switched while a backlog waits for quota: they take effect at once, and so does switching them back."""

from __future__ import annotations

import pytest

from .conftest import NewStage
from .manifests import UNLIMITED, an_identity
from .stage import Stage, wait_for

# A call every fifty seconds: what is to happen at once cannot have happened by itself.
SLOWLY = {"rate": 0.02, "burst": 1}
AT_ONCE = 30.0
NAMES = [f"user-{number}" for number in range(8)]


def _limited(operation: str) -> dict[str, object]:
    return {"apiRates": {**UNLIMITED, operation: SLOWLY}}


def _converged(new_stage: NewStage, operation: str) -> Stage:
    stage = new_stage(instance=_limited(operation))
    for name in NAMES:
        stage.apply_user(name)
    stage.wait_ready(*NAMES)
    return stage


def _raise_quota(stage: Stage) -> None:
    """Let the rest of the backlog go."""
    stage.apply_instance(apiRates=UNLIMITED)


def _wait_started(stage: Stage, operation: str, since: int) -> None:
    wait_for(lambda: stage.write_names(since).count(operation) >= 1, f"the first {operation}")


LAST = NAMES[-1]


@pytest.mark.parametrize("change", [{"suspend": True}, {"managementPolicy": "Observe"}], ids=["suspend", "observe"])
def test_creation_that_is_called_off_is_not_made(new_module_stage: NewStage, change: dict[str, object]) -> None:
    stage = new_module_stage(instance=_limited("CreateUser"))
    for name in NAMES:
        stage.apply_user(name)
    _wait_started(stage, "CreateUser", 0)
    stage.patch_user(LAST, **change)
    stage.wait_reason(LAST, "Suspended" if "suspend" in change else "ReferenceNotFound", timeout=AT_ONCE)
    _raise_quota(stage)
    stage.wait_ready(*NAMES[:-1])
    assert stage.usernames() == NAMES[:-1]

    back = {"suspend": False, "managementPolicy": "Manage"}
    stage.patch_user(LAST, **{name: back[name] for name in change})
    stage.wait_ready(LAST, timeout=AT_ONCE)
    assert stage.write_names() == ["CreateUser"] * len(NAMES)


def test_object_that_is_deleted_in_the_line_is_gone_at_once(new_module_stage: NewStage) -> None:
    stage = new_module_stage(instance=_limited("CreateUser"))
    for name in NAMES:
        stage.apply_user(name)
    _wait_started(stage, "CreateUser", 0)
    stage.delete_user(LAST)
    stage.wait_gone(LAST, timeout=AT_ONCE)
    _raise_quota(stage)
    stage.wait_ready(*NAMES[:-1])
    assert stage.usernames() == NAMES[:-1]
    assert stage.write_names() == ["CreateUser"] * (len(NAMES) - 1)


@pytest.mark.parametrize(
    ("change", "reason"), [({"suspend": True}, "Suspended"), ({"managementPolicy": "Observe"}, "Observing")]
)
def test_update_that_is_called_off_is_not_made(
    new_module_stage: NewStage, change: dict[str, object], reason: str
) -> None:
    stage = _converged(new_module_stage, "UpdateUserIdentityInfo")
    since = stage.mark()
    for name in NAMES:
        stage.patch_user(name, identityInfo=an_identity(name, firstName="Augusta"))
    _wait_started(stage, "UpdateUserIdentityInfo", since)
    stage.patch_user(LAST, **change)
    stage.wait_reason(LAST, reason, timeout=AT_ONCE)
    if reason == "Observing":
        assert stage.plan(LAST) == ["identityInfo.firstName: Ada -> Augusta"]
        assert stage.conditions(LAST) == {"Ready": "True", "Synced": "False", "ReferencesResolved": "True"}
    _raise_quota(stage)
    stage.wait_ready(*NAMES[:-1])
    assert stage.truth(LAST)["IdentityInfo"]["FirstName"] == "Ada"

    back = {"suspend": False, "managementPolicy": "Manage"}
    stage.patch_user(LAST, **{name: back[name] for name in change})
    stage.wait_ready(LAST, timeout=AT_ONCE)
    assert stage.truth(LAST)["IdentityInfo"]["FirstName"] == "Augusta"
    assert stage.write_names(since) == ["UpdateUserIdentityInfo"] * len(NAMES)


@pytest.mark.parametrize(
    ("change", "calls"),
    [
        ({"deletionPolicy": "Retain"}, ["UntagResource"]),
        ({"suspend": True}, []),
        ({"managementPolicy": "Observe"}, []),
    ],
    ids=["retain", "suspend", "observe"],
)
def test_deletion_that_is_called_off_is_not_made(
    new_module_stage: NewStage, change: dict[str, object], calls: list[str]
) -> None:
    stage = _converged(new_module_stage, "DeleteUser")
    users = {name: stage.truth(name) for name in NAMES}
    since = stage.mark()
    stage.delete_user(*NAMES)
    _wait_started(stage, "DeleteUser", since)
    # They are judged together, so whose turn comes first is not said; but it is not this one's.
    first = stage.calls("DeleteUser", since)[0].params["UserId"]
    spared, user = next((name, user) for name, user in users.items() if user["Id"] != first)
    stage.patch_user(spared, **change)
    stage.wait_gone(spared, timeout=AT_ONCE)
    _raise_quota(stage)
    stage.wait_gone(*NAMES)
    assert stage.usernames() == [spared]
    assert stage.write_names(since, user_id=user["Id"]) == calls
    assert stage.write_names(since).count("DeleteUser") == len(NAMES) - 1
