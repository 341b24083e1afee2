"""Handing a contact over and looking at it, by the adapter against the simulator, in every position of its switches.

What the calls mean for a ConnectContactAssignment is tested in tests/unit/engine and tests/e2e.
"""

from __future__ import annotations

import pytest

from connect_operator.aws.connect import BotoConnect
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.kinds.assignment import ContactView
from connect_sim.control_client import SimControl
from connect_sim.state.switches import BY_NAME

from .call_faults import FAULTS, Fault

TASK, CHAT, VOICE = (f"5eed0000-0000-4000-8000-0000000c000{number}" for number in (1, 2, 3))
NOBODY = "5eed0000-0000-4000-8000-00000000dead"
ASSOCIATE = "AssociateContactWithUser"

QUEUED = ContactView(agent_id="", queued=True, ended=False)
ENDED = ContactView(agent_id="", queued=False, ended=True)


def with_agent(user_id: str) -> ContactView:
    return ContactView(agent_id=user_id, queued=False, ended=False)


def add(sim: SimControl, username: str = "ann", **members: object) -> str:
    """A new user's id."""
    (user,) = sim.add_users([{"Username": username, **members}])
    return str(user["Id"])


async def hand(connect: BotoConnect, contact: str, user: str) -> None:
    await connect.associate_contact(contact, user, within=60.0)


async def refused(connect: BotoConnect, contact: str, user: str) -> ConnectError:
    with pytest.raises(ConnectError) as caught:
        await hand(connect, contact, user)
    assert caught.value.operation == ASSOCIATE
    return caught.value


def offered(sim: SimControl, contact: str) -> str | None:
    """Whom the contact was offered to, whether or not anybody can see it."""
    user: str | None = sim.contact(contact)["offeredUserId"]
    return user


# --- what is sent and what comes back -------------------------------------------------------------


@pytest.mark.parametrize("contact", [TASK, CHAT, VOICE], ids=["task", "chat", "voice"])
async def test_a_queued_contact_is_offered_which_nobody_can_see(
    connect: BotoConnect, sim: SimControl, contact: str
) -> None:
    user = add(sim)
    assert await connect.describe_contact(contact) == QUEUED

    await hand(connect, contact, user)

    assert (sim.contact(contact)["state"], offered(sim, contact)) == ("CONNECTING", user)
    assert await connect.describe_contact(contact) == QUEUED  # until somebody has accepted
    sim.move_contact(contact, "CONNECTED")
    assert await connect.describe_contact(contact) == with_agent(user)


async def test_ids_arrive_as_they_were_given_once(connect: BotoConnect, sim: SimControl) -> None:
    user = add(sim)
    await hand(connect, TASK, user)
    await connect.describe_contact(TASK)

    (associate,), (describe,) = sim.journal(operation=ASSOCIATE), sim.journal(operation="DescribeContact")
    assert associate.params == {"InstanceId": sim.instance, "ContactId": TASK, "UserId": user}
    assert describe.params == {"InstanceId": sim.instance, "ContactId": TASK}


async def test_a_contact_that_is_queued_again_shows_nobody_and_can_be_handed_over_again(
    connect: BotoConnect, sim: SimControl
) -> None:
    first, second = add(sim), add(sim, "bob")
    await hand(connect, TASK, first)
    sim.move_contact(TASK, "CONNECTED")
    sim.advance(60)
    sim.move_contact(TASK, "QUEUED")
    assert await connect.describe_contact(TASK) == QUEUED

    await hand(connect, TASK, second)
    sim.move_contact(TASK, "CONNECTED")
    assert await connect.describe_contact(TASK) == with_agent(second)


async def test_an_ended_contact_shows_who_had_it_if_anybody(connect: BotoConnect, sim: SimControl) -> None:
    user = add(sim)
    sim.move_contact(TASK, "ENDED")
    sim.move_contact(CHAT, "CONNECTED", agent_id=user)
    sim.move_contact(CHAT, "ENDED")

    assert await connect.describe_contact(TASK) == ENDED
    assert await connect.describe_contact(CHAT) == ENDED._replace(agent_id=user)


# --- refusals -------------------------------------------------------------------------------------


async def test_what_is_not_there_is_not_found(connect: BotoConnect, sim: SimControl) -> None:
    user = add(sim)
    for contact, whom in ((NOBODY, user), (TASK, NOBODY)):
        error = await refused(connect, contact, whom)
        assert (error.code, error.kind, error.uncertain) == (
            "ResourceNotFoundException",
            ErrorKind.NOT_FOUND,
            False,
        )
    with pytest.raises(ConnectError) as caught:
        await connect.describe_contact(NOBODY)
    assert (caught.value.kind, caught.value.uncertain) == (ErrorKind.NOT_FOUND, False)
    assert offered(sim, TASK) is None


@pytest.mark.parametrize("code", BY_NAME["contactNotQueuedCode"].allowed)
@pytest.mark.parametrize("state", ["CONNECTING", "CONNECTED", "MISSED", "ENDED"])
async def test_a_contact_in_no_queue_is_invalid_whatever_the_code(
    connect: BotoConnect, sim: SimControl, state: str, code: str
) -> None:
    user, other = add(sim), add(sim, "bob")
    sim.settings(contactNotQueuedCode=code)
    sim.move_contact(TASK, state, agent_id=other if state == "CONNECTED" else None)

    error = await refused(connect, TASK, user)

    assert (error.code, error.kind, error.uncertain) == (code, ErrorKind.INVALID, False)
    assert error.request_id
    assert offered(sim, TASK) != user


@pytest.mark.parametrize("code", BY_NAME["contactNotQueuedCode"].allowed)
async def test_a_second_call_is_refused_and_rings_nobody(connect: BotoConnect, sim: SimControl, code: str) -> None:
    first, second = add(sim), add(sim, "bob")
    sim.settings(contactNotQueuedCode=code)
    await hand(connect, TASK, first)

    for user in (first, second):
        assert (await refused(connect, TASK, user)).kind is ErrorKind.INVALID
    assert offered(sim, TASK) == first


@pytest.mark.parametrize("code", BY_NAME["throttleCode"].allowed)
async def test_a_throttle_in_any_coding_is_certain_and_not_repeated(
    connect: BotoConnect, sim: SimControl, code: str
) -> None:
    user = add(sim)
    sim.settings(throttleCode=code)
    slow = {"rate": 0.001, "burst": 1}
    sim.settings(rates={"default": slow, "DescribeContact": slow})
    for operation in (ASSOCIATE, "DescribeContact"):
        sim.drain(operation)

    error = await refused(connect, TASK, user)
    with pytest.raises(ConnectError) as looked:
        await connect.describe_contact(TASK)

    for each in (error, looked.value):
        assert (each.kind, each.uncertain) == (ErrorKind.THROTTLED, False)
    assert len(sim.journal(operation=ASSOCIATE)) == len(sim.journal(operation="DescribeContact")) == 1
    assert offered(sim, TASK) is None


async def test_a_policy_may_forbid_one_user_only(connect: BotoConnect, sim: SimControl) -> None:
    """connect:PreferredUserArn."""
    user, other = add(sim), add(sim, "bob")
    arn = next(each["Arn"] for each in sim.users() if each["Id"] == user)
    sim.fault("deny", ASSOCIATE, times=None, resource=arn)

    error = await refused(connect, TASK, user)

    assert (error.code, error.kind, error.uncertain) == ("AccessDeniedException", ErrorKind.DENIED, False)
    await hand(connect, TASK, other)
    assert offered(sim, TASK) == other


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.kind)
async def test_a_failed_call_is_sent_once_and_certain_only_if_it_was_refused(
    connect: BotoConnect, sim: SimControl, fault: Fault
) -> None:
    user = add(sim)
    sim.fault(fault.kind, ASSOCIATE)

    error = await refused(connect, TASK, user)

    assert (error.kind, error.uncertain) == (fault.error, fault.uncertain)
    assert offered(sim, TASK) == (user if fault.committed else None)
    assert len(sim.journal(operation=ASSOCIATE)) == 1


@pytest.mark.parametrize(
    ("code", "status", "kind", "uncertain"),
    [
        ("InvalidRequestException", 400, ErrorKind.INVALID, False),
        ("InvalidParameterException", 400, ErrorKind.INVALID, False),
        ("AccessDeniedException", 403, ErrorKind.DENIED, False),
        ("ResourceNotFoundException", 404, ErrorKind.NOT_FOUND, False),
        ("ThrottlingException", 429, ErrorKind.THROTTLED, False),
        ("InternalServiceException", 500, ErrorKind.UNAVAILABLE, True),
    ],
)
async def test_every_error_of_the_service_model(
    connect: BotoConnect, sim: SimControl, code: str, status: int, kind: ErrorKind, *, uncertain: bool
) -> None:
    user = add(sim)
    sim.fault("error", ASSOCIATE, code=code, status=status)

    error = await refused(connect, TASK, user)

    assert (error.code, error.http_status, error.kind, error.uncertain) == (code, status, kind, uncertain)


async def test_a_look_is_repeated_after_a_closed_connection(connect: BotoConnect, sim: SimControl) -> None:
    sim.fault("drop-before", "DescribeContact")

    assert await connect.describe_contact(TASK) == QUEUED


# --- what could not be verified -------------------------------------------------------------------


@pytest.mark.parametrize("position", BY_NAME["voiceAssociation"].allowed)
async def test_voice_may_not_be_handed_over(connect: BotoConnect, sim: SimControl, position: str) -> None:
    user = add(sim)
    sim.settings(voiceAssociation=position)
    await hand(connect, CHAT, user)

    if position == "refused":
        error = await refused(connect, VOICE, user)
        assert (error.kind, error.uncertain, offered(sim, VOICE)) == (ErrorKind.INVALID, False, None)
    else:
        await hand(connect, VOICE, user)
        assert offered(sim, VOICE) == user


@pytest.mark.parametrize("position", BY_NAME["contactQueueMustMatch"].allowed)
async def test_the_users_profile_may_need_the_contacts_queue(
    connect: BotoConnect, sim: SimControl, position: str
) -> None:
    elsewhere = sim.add_record("routing-profiles", name="Another queue", queueIds=["5eed-other"])["id"]
    here = sim.add_record("routing-profiles", name="Its queue", queueIds=[sim.contact(TASK)["queueId"]])["id"]
    stranger, member = add(sim, RoutingProfileId=elsewhere), add(sim, "bob", RoutingProfileId=here)
    sim.settings(contactQueueMustMatch=position)

    if position == "yes":
        error = await refused(connect, TASK, stranger)
        assert (error.kind, error.uncertain, offered(sim, TASK)) == (ErrorKind.INVALID, False, None)
    else:
        await hand(connect, CHAT, stranger)
        assert offered(sim, CHAT) == stranger
    await hand(connect, TASK, member)
    assert offered(sim, TASK) == member


@pytest.mark.parametrize("position", BY_NAME["contactAcceptance"].allowed)
async def test_when_a_contact_is_seen_with_its_user(connect: BotoConnect, sim: SimControl, position: str) -> None:
    """Only then can it be found out what became of a call whose answer was lost."""
    accepting = add(sim, AutoAcceptConfigs=[{"Channel": "CHAT", "AutoAccept": True}])
    sim.settings(contactAcceptance=position)

    await hand(connect, CHAT, accepting)
    await hand(connect, TASK, accepting)

    seen = {contact: await connect.describe_contact(contact) for contact in (CHAT, TASK)}
    assert seen == {
        CHAT: QUEUED if position == "never" else with_agent(accepting),
        TASK: with_agent(accepting) if position == "at-once" else QUEUED,
    }
    assert offered(sim, CHAT) == offered(sim, TASK) == accepting
