"""A request for a look now is answered whatever state the object is in: who asks is never left without an answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local_stack.objects import Object, condition, is_ready

from .stage import Stage

RECONCILE = "connect-operator.io/reconcile-requested-at"
DENIED = {"times": None, "code": "AccessDeniedException", "status": 403}


def converged(stage: Stage) -> str:
    stage.apply_user("ada")
    stage.wait_ready("ada")
    return "Available"


def suspended(stage: Stage) -> str:
    converged(stage)
    stage.apply_user("ada", suspend=True)
    return "Suspended"


def suspended_from_the_start(stage: Stage) -> str:
    stage.apply_user("ada", suspend=True)
    return "Suspended"


def observed(stage: Stage) -> str:
    stage.sim.add_users([{"Username": "ada"}])
    stage.apply_user("ada", managementPolicy="Observe")
    return "Observing"


def observing_nobody(stage: Stage) -> str:
    stage.apply_user("ada", managementPolicy="Observe")
    return "ReferenceNotFound"


def stalled_by_a_rule(stage: Stage) -> str:
    stage.apply_user("ada", identityInfo={"firstName": "Ada"})
    return "InvalidSpec"


def stalled_by_connect(stage: Stage) -> str:
    stage.fault("error", "CreateUser", times=None, code="InvalidParameterException", status=400)
    stage.apply_user("ada")
    return "InvalidSpec"


def taken(stage: Stage) -> str:
    stage.sim.add_users([{"Username": "ada"}])
    stage.apply_user("ada")
    return "UsernameTaken"


def without_a_secret(stage: Stage) -> str:
    stage.apply_user("ada", passwordSecretRef={"name": "nowhere"})
    return "ReferenceNotFound"


def without_the_right_to_make_one(stage: Stage) -> str:
    stage.apply_user("ada", passwordSecretRef={"name": "nowhere", "generate": True})
    return "PermissionDenied"


def without_an_instance(stage: Stage) -> str:
    stage.apply_user("ada", instanceRef={"name": "nowhere"})
    return "ReferenceNotFound"


def shut_out(stage: Stage) -> str:
    converged(stage)
    stage.apply_instance(allowedNamespaces=[{"name": "others"}])
    return "PermissionDenied"


def immutable(stage: Stage) -> str:
    converged(stage)
    stage.fault("error", "UpdateUserRoutingProfile", **DENIED)
    stage.apply_user("ada", routingProfileName="Priority")
    stage.sim.add_record("routing-profiles", name="Priority")
    return "PermissionDenied"


def unreadable(stage: Stage) -> str:
    """It stays Ready: a failed reading is no news about a user. But who asked is to learn that it was tried."""
    converged(stage)
    stage.fault("error", "DescribeUser", **DENIED)
    return "Available"


def all_reads_fail(stage: Stage) -> str:
    converged(stage)
    for operation in ("DescribeUser", "SearchUsers", "ListUsers", "DescribeInstance"):
        stage.fault("error", operation, times=None, code="InternalServiceException", status=500)
    return "Available"


def deletions_paused(stage: Stage) -> str:
    converged(stage)
    stage.apply_instance(deletionGuard={"maxPending": 0, "minPending": 0})
    stage.delete_user("ada")
    return "DeletionsPaused"


STATES: tuple[Callable[[Stage], str], ...] = (
    converged,
    suspended,
    suspended_from_the_start,
    observed,
    observing_nobody,
    stalled_by_a_rule,
    stalled_by_connect,
    taken,
    without_a_secret,
    without_the_right_to_make_one,
    without_an_instance,
    shut_out,
    immutable,
    unreadable,
    all_reads_fail,
    deletions_paused,
)


def answered(value: str) -> Callable[[Object | None], bool]:
    """A test for what status answers."""
    return lambda found: ((found or {}).get("status") or {}).get("lastHandledReconcileAt") == value


@pytest.mark.refusals
@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_a_user_answers(stage: Stage, state: Callable[[Stage], str]) -> None:
    reason = state(stage)
    stage.wait_reason("ada", reason)
    for value in ("first", "second"):
        stage.patch_metadata("ada", annotations={RECONCILE: value})
        found = stage.wait("ada", answered(value), 60)
        assert condition(found, "Ready")["reason"] == reason, (condition(found, "Ready"), stage.events("ada"))


def swept(stage: Stage) -> None:
    assert stage.instance


def denied(stage: Stage) -> None:
    stage.fault("error", "ListUsers", **DENIED)


def down(stage: Stage) -> None:
    stage.fault("error", "*", times=None, code="InternalServiceException", status=500)


def elsewhere(stage: Stage) -> None:
    stage.apply_instance(assumeRole={"roleArn": "arn:aws:iam::123456789012:role/nobody"})


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("state", [swept, denied, down, elsewhere], ids=lambda state: state.__name__)
def test_an_instance_answers(stage: Stage, state: Callable[[Stage], None]) -> None:
    stage.wait_instance(is_ready)
    state(stage)
    for value in ("first", "second"):
        stage.objects.patch("ConnectInstance", None, stage.instance, {"metadata": {"annotations": {RECONCILE: value}}})
        stage.wait_instance(answered(value), 60)
