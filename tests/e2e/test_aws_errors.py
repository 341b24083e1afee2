"""What CreateUser answers decides the reason, whether it is retried, and what the message says."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest

from local_stack.objects import condition, has_reason

from .conftest import StartOperator
from .stage import Stage, mentions, wait_for


@dataclass(frozen=True)
class Answer:
    """What CreateUser answers, and what the object says then."""

    code: str
    status: int
    reason: str
    condition: str


RETRIED = (
    Answer("ResourceNotFoundException", 404, "ReferenceNotFound", "Reconciling"),
    Answer("AccessDeniedException", 403, "PermissionDenied", "Stalled"),
    Answer("InternalServiceException", 500, "ServiceUnavailable", "Reconciling"),
    Answer("BrandNewRefusal", 400, "ServiceUnavailable", "Reconciling"),
    Answer("NotAuthorized", 400, "ServiceUnavailable", "Reconciling"),
    Answer("BrandNewFailure", 503, "ServiceUnavailable", "Reconciling"),
    Answer("LimitExceededException", 429, "QuotaExceeded", "Stalled"),
)
FINAL = (
    Answer("InvalidParameterException", 400, "InvalidSpec", "Stalled"),
    Answer("InvalidRequestException", 400, "InvalidSpec", "Stalled"),
)
OPPOSITE = {"Reconciling": "Stalled", "Stalled": "Reconciling"}


def assert_told(stage: Stage, answer: Answer) -> None:
    found = stage.wait("ada", mentions(answer.code))
    assert has_reason(answer.reason)(found), found
    conditions = stage.conditions("ada")
    assert (conditions["Ready"], conditions["Synced"], conditions[answer.condition]) == ("False", "False", "True")
    assert OPPOSITE[answer.condition] not in conditions
    message = condition(found, "Ready")["message"]
    assert all(part in message for part in (answer.code, "CreateUser", "injected")), message
    # After a 5xx the user is looked for and the call sent once more before anything is said: of the first failure.
    assert stage.calls("CreateUser")[0].request_id in message, message
    stage.wait_event("ada", answer.reason)


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("answer", RETRIED, ids=lambda answer: f"{answer.code} {answer.status}")
def test_answer_is_told_and_tried_again(stage: Stage, answer: Answer) -> None:
    with stage.fault("error", "CreateUser", times=None, code=answer.code, status=answer.status) as fault:
        stage.apply_user("ada")
        assert_told(stage, answer)
        version = (stage.user("ada") or {})["metadata"]["resourceVersion"]
        fault.wait_for_hits(3)
        # Retries with the same outcome rewrite nothing: the message keeps the first request's ID.
        assert (stage.user("ada") or {})["metadata"]["resourceVersion"] == version
    stage.wait_ready("ada")
    assert stage.usernames() == ["ada"]


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("answer", FINAL, ids=lambda answer: f"{answer.code} {answer.status}")
def test_refused_manifest_waits_for_an_edit(stage: Stage, answer: Answer) -> None:
    match = {"username": "ada"}
    stage.fault("error", "CreateUser", times=None, match=match, code=answer.code, status=answer.status)
    witness = stage.fault("deny", "CreateUser", times=None, match={"username": "witness"})
    stage.apply_user("ada")
    assert_told(stage, answer)
    # Another object, refused in a way that is tried again, shows that time has passed.
    stage.apply_user("witness")
    witness.wait_for_hits(3)
    assert len([call for call in stage.calls("CreateUser") if call.params["Username"] == "ada"]) == 1

    stage.sim.clear_faults()
    stage.apply_user("ada", securityProfileNames=["Admin"])
    stage.wait_ready("ada")


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("code", ["TooManyRequestsException", "ThrottlingException", "bare429"])
def test_throttled_call_is_told_and_sent_again_whatever_the_coding(stage: Stage, code: str) -> None:
    stage.sim.settings(throttleCode=code)
    with stage.fault("throttle", "CreateUser", times=None) as fault:
        stage.apply_user("ada")
        message = stage.wait_reason("ada", "Throttled")
        assert stage.conditions("ada")["Reconciling"] == "True"
        assert stage.calls("CreateUser")[0].request_id in message
        fault.wait_for_hits(2)
    stage.wait_ready("ada")
    assert stage.usernames() == ["ada"]


NAMES = [f"user-{number}" for number in range(5)]
PROBE_SECONDS = 1.5
"""Less than the slow retry (2 s) by its jitter and the machine's."""


@pytest.mark.usefixtures("operator")
def test_full_instance_gets_one_slow_probe_for_all(stage: Stage) -> None:
    stage.sim.edit_instance(userQuota=0)
    stage.apply_users(NAMES)
    for name in NAMES:
        message = stage.wait_reason(name, "QuotaExceeded")
        assert "LimitExceededException" in message
        assert stage.conditions(name)["Stalled"] == "True"
    told = stage.calls("CreateUser")
    # Calls that were under way when the first was refused may fail too; after that, one at a time.
    assert len(told) <= len(NAMES)
    probes = stage.wait_calls("CreateUser", len(told) + 3)[len(told) :]
    gaps = [later.time - earlier.time for earlier, later in itertools.pairwise(probes)]
    assert min(gaps) > PROBE_SECONDS, gaps

    stage.sim.edit_instance(userQuota=500)
    stage.wait_ready(*NAMES)


def test_room_made_by_a_deletion_is_used_at_once(run_operator: StartOperator, stage: Stage) -> None:
    run_operator(slow_retry="300s")
    stage.apply_user("first")
    stage.wait_ready("first")
    stage.sim.edit_instance(userQuota=1)
    stage.apply_user("second")
    stage.wait_reason("second", "QuotaExceeded")
    stage.delete_user("first")
    stage.wait_gone("first")
    stage.wait_ready("second")


@pytest.mark.usefixtures("operator")
def test_expired_credentials_get_one_probe_at_a_time(stage: Stage) -> None:
    stage.apply_user("first")
    stage.wait_ready("first")
    expired = stage.fault("error", "*", times=None, code="ExpiredTokenException", status=403, message="expired")
    stage.apply_users(NAMES)
    for name in NAMES:
        message = stage.wait_reason(name, "PermissionDenied")
        assert "ExpiredTokenException" in message
    refused = [call for call in stage.calls() if call.outcome == "ExpiredTokenException"]
    position = refused[-1].n
    assert len(refused) <= len(NAMES)
    probes = wait_for(lambda: found if len(found := stage.calls(since=position)) >= 3 else None, "three probes")
    gaps = [later.time - earlier.time for earlier, later in itertools.pairwise(probes)]
    assert min(gaps) > PROBE_SECONDS, gaps
    # An outage flips nobody who was Ready.
    assert condition(stage.user("first"), "Ready")["status"] == "True"

    expired.remove()
    stage.wait_ready(*NAMES)
