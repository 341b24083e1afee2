"""Deletions that Connect refuses or answers badly: kept until it is certain, told, and nobody else waits."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from .stage import FINALIZER, Stage

pytestmark = pytest.mark.usefixtures("operator")


@dataclass(frozen=True)
class Refusal:
    """What DeleteUser answers, and what the object says then."""

    code: str
    status: int
    reason: str
    condition: str


REFUSALS = (
    Refusal("InternalServiceException", 500, "ServiceUnavailable", "Reconciling"),
    Refusal("AccessDeniedException", 403, "PermissionDenied", "Stalled"),
    Refusal("InvalidRequestException", 400, "InvalidSpec", "Stalled"),
)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_refused_deletion_keeps_the_object_tells_why_and_holds_nobody_up(stage: Stage, refusal: Refusal) -> None:
    stage.apply_users(["ada", "bob"])
    stage.wait_ready("ada", "bob")
    user_id = stage.truth("ada")["Id"]
    match = {"userId": user_id}
    with stage.fault(
        "error", "DeleteUser", times=None, match=match, code=refusal.code, status=refusal.status, message="not now"
    ) as fault:
        stage.delete_user("ada")
        message = stage.wait_reason("ada", refusal.reason)
        assert all(part in message for part in (refusal.code, "not now", "DeleteUser")), message
        assert stage.conditions("ada")[refusal.condition] == "True"
        stage.delete_user("bob")
        stage.wait_gone("bob")
        fault.wait_for_hits(3)
        kept = stage.user("ada")
        assert kept is not None
        assert kept["metadata"]["finalizers"] == [FINALIZER]
        assert stage.usernames() == ["ada"]
    stage.wait_gone("ada")
    assert stage.usernames() == []


def test_deletion_answered_with_500_though_carried_out_ends(stage: Stage) -> None:
    stage.apply_user("ada")
    stage.wait_ready("ada")
    stage.fault("500-after-commit", "DeleteUser")
    stage.delete_user("ada")
    stage.wait_gone("ada", timeout=120.0)
    assert stage.usernames() == []


def test_404_soon_after_the_creation_proves_nothing(stage: Stage) -> None:
    stage.apply_user("ada")
    stage.wait_ready("ada")
    fault = stage.fault("error", "DeleteUser", code="ResourceNotFoundException", status=404)
    stage.delete_user("ada")
    fault.wait_for_hits()
    stage.wait_gone("ada", timeout=120.0)
    assert stage.usernames() == []


HIDDEN = {"shown at once": 0.0, "shown late": 3.0, "searched late": {"describe": 0.0, "list": 0.0, "search": 3.0}}


@pytest.mark.parametrize("visible", HIDDEN)
def test_user_of_a_create_without_an_answer_is_deleted_too(stage: Stage, visible: str) -> None:
    stage.sim.settings(visibilityDelay=HIDDEN[visible])
    fault = stage.fault("500-after-commit", "CreateUser")
    # Without it the object could be Ready before its deletion is asked for.
    barrier = stage.fault("barrier", "CreateUser", when="after")
    stage.apply_user("ada")
    fault.wait_for_hits()
    stage.delete_user("ada")
    barrier.release()
    stage.wait_gone("ada", timeout=120.0)
    assert stage.usernames() == []
    assert len([call for call in stage.calls("CreateUser") if call.committed]) == 1


def test_create_that_was_not_carried_out_keeps_the_object_only_for_the_window(stage: Stage) -> None:
    fault = stage.fault("500-before", "CreateUser")
    barrier = stage.fault("barrier", "CreateUser")
    stage.apply_instance(driftCheckInterval="10s")
    stage.apply_user("ada")
    fault.wait_for_hits()
    stage.delete_user("ada")
    barrier.release()
    message = stage.wait_reason("ada", "Deleting")
    assert "CreateUser" in message
    stage.wait_gone("ada", timeout=120.0)
    assert stage.write_names() == ["CreateUser"]
