"""AssociateContactWithUser and DescribeContact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import DEFAULT_INSTANCE, SimControl

Client = Any
Json = dict[str, Any]
TASK, CHAT, VOICE = (f"5eed0000-0000-4000-8000-0000000c000{n}" for n in (1, 2, 3))


def _describe(connect: Client, contact: str) -> Json:
    found: Json = connect.describe_contact(InstanceId=DEFAULT_INSTANCE, ContactId=contact)["Contact"]
    return found


@pytest.mark.parametrize("contact", [TASK, CHAT, VOICE], ids=["task", "chat", "voice callback"])
def test_a_queued_contact_is_offered(contact: str, connect: Client, ann: Json, control: SimControl) -> None:
    queued = _describe(connect, contact)
    assert "EnqueueTimestamp" in queued["QueueInfo"]
    answer = connect.associate_contact_with_user(**ann, ContactId=contact)
    assert set(answer) == {"ResponseMetadata"}
    assert control.contact(contact)["state"] == "CONNECTING"
    assert control.contact(contact)["offeredUserId"] == ann["UserId"]
    # An offered contact names no agent until one has accepted.
    assert "AgentInfo" not in _describe(connect, contact)
    control.move_contact(contact, "CONNECTED")
    assert _describe(connect, contact)["AgentInfo"]["Id"] == ann["UserId"]


def test_auto_accept_connects_at_once(connect: Client, ann: Json) -> None:
    connect.update_user_config(**ann, AutoAcceptConfigs=[{"Channel": "CHAT", "AutoAccept": True}])
    connect.associate_contact_with_user(**ann, ContactId=CHAT)
    assert _describe(connect, CHAT)["AgentInfo"]["Id"] == ann["UserId"]
    connect.associate_contact_with_user(**ann, ContactId=TASK)
    assert "AgentInfo" not in _describe(connect, TASK)


def test_arns_are_taken(connect: Client, ann: Json, control: SimControl) -> None:
    user = connect.describe_user(**ann)["User"]["Arn"]
    contact = control.contact(TASK)["arn"]
    connect.associate_contact_with_user(InstanceId=DEFAULT_INSTANCE, UserId=user, ContactId=contact)
    assert control.contact(TASK)["offeredUserId"] == ann["UserId"]


@pytest.mark.parametrize("state", ["CONNECTING", "ENDED", "MISSED"])
def test_a_contact_in_no_queue_is_refused(
    state: str, connect: Client, ann: Json, control: SimControl, refusal: Callable[..., Json]
) -> None:
    control.move_contact(TASK, state)
    found = refusal(connect.associate_contact_with_user, **ann, ContactId=TASK)
    assert found["code"] == "InvalidRequestException"


def test_a_second_association_is_refused_until_it_is_queued_again(
    connect: Client, ann: Json, control: SimControl, refusal: Callable[..., Json]
) -> None:
    connect.associate_contact_with_user(**ann, ContactId=TASK)
    assert refusal(connect.associate_contact_with_user, **ann, ContactId=TASK)["status"] == 400
    control.move_contact(TASK, "QUEUED")
    connect.associate_contact_with_user(**ann, ContactId=TASK)


def test_what_does_not_exist_is_not_found(connect: Client, ann: Json, refusal: Callable[..., Json]) -> None:
    associate = connect.associate_contact_with_user
    nobody = {**ann, "UserId": "nobody"}
    assert refusal(associate, **ann, ContactId="none")["code"] == "ResourceNotFoundException"
    assert refusal(associate, **nobody, ContactId=TASK)["code"] == "ResourceNotFoundException"
    found = refusal(connect.describe_contact, InstanceId=DEFAULT_INSTANCE, ContactId="none")
    assert found["code"] == "ResourceNotFoundException"


def test_iam_may_forbid_a_preferred_user(
    connect: Client, ann: Json, control: SimControl, refusal: Callable[..., Json]
) -> None:
    arn = connect.describe_user(**ann)["User"]["Arn"]
    control.fault("deny", "AssociateContactWithUser", times=None, resource=arn)
    found = refusal(connect.associate_contact_with_user, **ann, ContactId=TASK)
    assert (found["code"], found["status"]) == ("AccessDeniedException", 403)
    [other] = control.add_users([{"Username": "other"}])
    connect.associate_contact_with_user(InstanceId=DEFAULT_INSTANCE, UserId=other["Id"], ContactId=TASK)


def test_an_ended_contact_shows_it(connect: Client, control: SimControl) -> None:
    control.move_contact(TASK, "ENDED")
    assert "DisconnectTimestamp" in _describe(connect, TASK)
