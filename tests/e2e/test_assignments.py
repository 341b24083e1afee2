"""A queued contact is handed to a user, or the object says why not: channels, references, errors, policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from local_stack.objects import condition

from .assignments import ASSOCIATE, ContactDesk
from .conftest import NewStage
from .stage import Stage, wait_for

pytestmark = pytest.mark.usefixtures("operator")


@pytest.fixture
def desk(stage: Stage) -> ContactDesk:
    return ContactDesk.at(stage)


def test_contacts_of_all_channels_are_handed_over(desk: ContactDesk) -> None:
    contacts = {channel: desk.queue(channel) for channel in ("CHAT", "EMAIL", "TASK", "VOICE")}
    for channel, contact in contacts.items():
        desk.apply(channel.lower(), contact)
    for channel, contact in contacts.items():
        status = desk.wait_phase(channel.lower(), "Assigned")["status"]
        assert status["userId"] == desk.agent
        assert status["attemptedTime"][:19] <= status["completionTime"][:19]
        assert status["observedGeneration"] == 1
        assert [(each["type"], each["status"]) for each in status["conditions"]] == [("Complete", "True")]
        assert desk.offered_to(contact) == desk.agent
        assert len(desk.calls(contact)) == 1
        assert desk.stage.wait_event(channel.lower(), "Assigned")["type"] == "Normal"


def test_where_connect_does_not_hand_over_voice_it_says_so(desk: ContactDesk) -> None:
    desk.stage.sim.settings(voiceAssociation="refused")
    contact = desk.queue("VOICE")
    desk.apply("voice", contact)
    message = desk.assert_failed(desk.wait_phase("voice", "Failed"), "InvalidSpec")
    assert "InvalidRequestException" in message
    desk.stage.sim.settings(voiceAssociation=None)


def test_arns_are_as_good_as_ids(desk: ContactDesk) -> None:
    contact = desk.queue()
    arn = desk.stage.instance_arn
    desk.apply(
        "by-arn",
        f"{arn}/contact/{contact}",
        instanceRef=None,
        instanceId=arn,
        userId=f"{arn}/agent/{desk.agent}",
    )
    assert desk.wait_phase("by-arn", "Assigned")["status"]["userId"] == desk.agent
    assert desk.offered_to(contact) == desk.agent


def test_it_waits_for_the_connect_user_and_goes_on_when_that_is_ready(desk: ContactDesk) -> None:
    contact = desk.queue()
    desk.apply("hand", contact, userId=None, userRef={"name": "ada"})
    assert "ConnectUser" in desk.wait_reason("hand", "ReferenceNotFound")
    assert desk.wait_phase("hand", "Pending")["status"].get("attemptedTime") is None
    # Asked for, but not created yet.
    barrier = desk.stage.fault("barrier", "CreateUser")
    desk.stage.apply_user("ada")
    barrier.wait_for_waiting()
    assert desk.calls(contact) == []
    barrier.release()
    found = desk.wait_phase("hand", "Assigned")
    assert found["status"]["userId"] == desk.offered_to(contact) == desk.stage.truth("ada")["Id"]


def test_it_waits_for_the_instance(empty_stage: Stage) -> None:
    desk = ContactDesk.at(empty_stage)
    contact = desk.queue()
    desk.apply("hand", contact)
    assert "there is no ConnectInstance" in desk.wait_reason("hand", "ReferenceNotFound")
    empty_stage.apply_instance()
    desk.wait_phase("hand", "Assigned")
    assert len(desk.calls(contact)) == 1


def test_the_user_must_be_one_of_the_instance(desk: ContactDesk, new_stage: NewStage) -> None:
    elsewhere = new_stage()
    elsewhere.apply_user("ada")
    elsewhere.wait_ready("ada")
    contact = desk.queue()
    desk.apply("hand", contact, userId=None, userRef={"name": "ada"})
    message = desk.assert_failed(desk.wait_phase("hand", "Failed"), "InvalidSpec")
    assert "spec.userRef" in message
    assert elsewhere.instance_arn in message
    assert desk.calls(contact) == []


def test_a_namespace_that_the_instance_does_not_admit_makes_no_call(desk: ContactDesk) -> None:
    desk.stage.apply_instance(allowedNamespaces=[{"name": "somewhere-else"}])
    contact = desk.queue()
    desk.apply("hand", contact)
    message = desk.assert_failed(desk.wait_phase("hand", "Failed"), "PermissionDenied")
    assert "allowedNamespaces" in message
    assert desk.calls(contact) == []


@dataclass(frozen=True)
class Refusal:
    """What AssociateContactWithUser answers, what the object says then, and what else the message has to name."""

    code: str
    status: int
    reason: str
    names: str = ""


REFUSALS = (
    Refusal("InvalidRequestException", 400, "InvalidSpec", "queue"),
    Refusal("InvalidParameterException", 400, "InvalidSpec"),
    Refusal("AccessDeniedException", 403, "PermissionDenied", "connect:PreferredUserArn"),
    Refusal("ResourceNotFoundException", 404, "ReferenceNotFound"),
    Refusal("LimitExceededException", 429, "QuotaExceeded"),
)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_is_final_and_has_its_reason(desk: ContactDesk, refusal: Refusal) -> None:
    contact = desk.queue()
    desk.stage.fault("error", ASSOCIATE, code=refusal.code, status=refusal.status)
    desk.apply("hand", contact)
    message = desk.assert_failed(desk.wait_phase("hand", "Failed"), refusal.reason)
    [call] = desk.calls(contact)
    assert all(part in message for part in (refusal.code, ASSOCIATE, call.request_id, refusal.names)), message
    assert desk.stage.wait_event("hand", refusal.reason)["type"] == "Warning"
    # A second object shows that the first one is not tried again: by then its call would have been made, too.
    desk.apply("next", desk.queue())
    desk.wait_phase("next", "Assigned")
    assert len(desk.calls(contact)) == 1


def test_what_connect_itself_says_of_a_contact_in_no_queue(desk: ContactDesk) -> None:
    contact = desk.queue()
    desk.stage.sim.move_contact(contact, "ENDED")
    desk.apply("hand", contact)
    message = desk.assert_failed(desk.wait_phase("hand", "Failed"), "ContactNotQueued")
    assert "the contact waits in no queue any more: it has ended" in message


@pytest.mark.parametrize("code", ["TooManyRequestsException", "ThrottlingException"])
def test_throttling_is_retried_and_leaves_no_attempt(desk: ContactDesk, code: str) -> None:
    contact = desk.queue()
    fault = desk.stage.fault("error", ASSOCIATE, times=None, code=code, status=429)
    desk.apply("hand", contact)
    assert code in desk.wait_reason("hand", "Throttled")
    found = wait_for(lambda: _without_attempt(desk), "an object without an attempt")
    assert found["status"]["phase"] == "Pending"
    assert condition(found, "Failed") == {}
    fault.remove()
    desk.wait_phase("hand", "Assigned", timeout=60)
    assert [call.committed for call in desk.calls(contact)][-1]
    assert len([call for call in desk.calls(contact) if call.committed]) == 1


def _without_attempt(desk: ContactDesk) -> dict[str, Any] | None:
    found = desk.get("hand") or {}
    return None if "attemptedTime" in found.get("status", {}) else found


def test_expired_credentials_are_waited_out(desk: ContactDesk) -> None:
    contact = desk.queue()
    fault = desk.stage.fault("error", ASSOCIATE, code="ExpiredTokenException", status=403)
    desk.apply("hand", contact)
    fault.wait_for_hits()
    desk.wait_phase("hand", "Assigned")
    assert len([call for call in desk.calls(contact) if call.committed]) == 1
