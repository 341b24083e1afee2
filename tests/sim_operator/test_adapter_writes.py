"""Every write of the adapter against the simulator, and what a failed one tells."""

from __future__ import annotations

from typing import Any

import pytest

from connect_operator.aws.connect import BotoConnect
from connect_operator.aws.gateway import Gateway, GatewayConfig
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.kinds.spec import ConnectInstanceSpec
from connect_operator.engine.ports import Password
from connect_sim.control_client import SimControl

from .call_faults import FAULTS, Fault
from .conftest import RealClock

PASSWORD = Password("Passw0rdIsSecret")


def parameters(sim: SimControl, username: str = "jdoe") -> dict[str, Any]:
    """A complete CreateUser for the seed's first instance."""
    return {
        "Username": username,
        "IdentityInfo": {"FirstName": "Jane", "LastName": "Doe", "Email": "jane@example.com"},
        "PhoneConfig": {"PhoneType": "SOFT_PHONE", "AfterContactWorkTimeLimit": 30},
        "RoutingProfileId": sim.records("routing-profiles")[0]["id"],
        "SecurityProfileIds": [sim.records("security-profiles")[0]["id"]],
        "Tags": {"owner": "us"},
    }


async def created(connect: BotoConnect, sim: SimControl) -> tuple[str, str]:
    """A new user's id and ARN."""
    answer = await connect.create_user(parameters(sim), PASSWORD)
    return answer.user_id, answer.user_arn


async def test_create_user(connect: BotoConnect, sim: SimControl) -> None:
    answer = await connect.create_user(parameters(sim), PASSWORD)

    truth = sim.user("jdoe")
    assert truth is not None
    assert (answer.user_id, answer.user_arn) == (truth["Id"], truth["Arn"])
    assert answer.server_time == pytest.approx(sim.now(), abs=5)
    assert truth["Tags"] == {"owner": "us"}


async def test_every_other_write(connect: BotoConnect, sim: SimControl) -> None:
    user_id, arn = await created(connect, sim)
    routing = sim.add_record("routing-profiles", name="Other")["id"]
    security = [record["id"] for record in sim.records("security-profiles")[:2]]
    group = sim.records("hierarchy-groups")[0]["id"]
    skill = {"AttributeName": "Skill", "AttributeValue": "Billing"}
    work = {"Channel": "CHAT", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 60}}
    writes: list[tuple[str, dict[str, Any]]] = [
        ("UpdateUserIdentityInfo", {"IdentityInfo": {"FirstName": "J", "LastName": "D", "Email": "j@example.com"}}),
        ("UpdateUserRoutingProfile", {"RoutingProfileId": routing}),
        ("UpdateUserSecurityProfiles", {"SecurityProfileIds": security}),
        ("UpdateUserHierarchy", {"HierarchyGroupId": group}),
        ("UpdateUserPhoneConfig", {"PhoneConfig": {"PhoneType": "SOFT_PHONE", "AutoAccept": True}}),
        ("UpdateUserConfig", {"AfterContactWorkConfigs": [work]}),
        ("AssociateUserProficiencies", {"UserProficiencies": [{**skill, "Level": 2.0}]}),
        ("UpdateUserProficiencies", {"UserProficiencies": [{**skill, "Level": 3.0}]}),
    ]

    for operation, members in writes:
        assert await connect.write(operation, {"UserId": user_id, **members}) == pytest.approx(sim.now(), abs=5)
    await connect.write("TagResource", {"resourceArn": arn, "tags": {"a": "1", "b": "2"}})
    await connect.write("UntagResource", {"resourceArn": arn, "tagKeys": ["a", "owner"]})

    user = (await connect.describe_user(user_id)).user
    assert (user.first_name, user.last_name) == ("J", "D")
    assert (user.routing_profile_id, user.hierarchy_group_id) == (routing, group)
    assert user.security_profile_ids == tuple(sorted(security))
    assert user.phone_config.auto_accept is True
    assert user.tags == {"b": "2"}
    (proficiency,) = await connect.list_user_proficiencies(user_id)
    assert proficiency.level == 3.0

    await connect.write("DisassociateUserProficiencies", {"UserId": user_id, "UserProficiencies": [skill]})
    assert await connect.list_user_proficiencies(user_id) == ()
    await connect.write("DeleteUser", {"UserId": user_id})
    assert sim.user("jdoe") is None


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.kind)
async def test_a_failed_create_is_sent_once_and_certain_only_if_it_was_refused(
    connect: BotoConnect, sim: SimControl, fault: Fault
) -> None:
    sim.fault(fault.kind, "CreateUser")

    with pytest.raises(ConnectError) as caught:
        await connect.create_user(parameters(sim), PASSWORD)

    assert (caught.value.kind, caught.value.uncertain) == (fault.error, fault.uncertain)
    assert (sim.user("jdoe") is not None) == fault.committed
    assert len(sim.journal(operation="CreateUser")) == 1


async def test_a_create_that_answers_too_late_is_uncertain(sim: SimControl) -> None:
    impatient = Gateway(GatewayConfig(threads=1, version="0.0.0", clock=RealClock(), read_timeout=0.5))
    connect = impatient.open(ConnectInstanceSpec(instance_id=sim.instance))

    with sim.fault("barrier", "CreateUser", when="after") as held:
        with pytest.raises(ConnectError) as caught:
            await connect.create_user(parameters(sim), PASSWORD)
        held.wait_for_hits()
        sim.wait_until(lambda: sim.user("jdoe"), what="the user that was created all the same")

    assert (caught.value.code, caught.value.uncertain) == ("ReadTimeoutError", True)
    impatient.close()


async def test_a_name_that_is_taken(connect: BotoConnect, sim: SimControl) -> None:
    await created(connect, sim)

    with pytest.raises(ConnectError) as caught:
        await connect.create_user(parameters(sim), PASSWORD)

    assert (caught.value.kind, caught.value.uncertain) == (ErrorKind.DUPLICATE, False)
    assert caught.value.request_id


async def test_a_full_instance_is_a_quota_and_no_throttle(connect: BotoConnect, sim: SimControl) -> None:
    sim.edit_instance(userQuota=len(sim.users()))

    with pytest.raises(ConnectError) as caught:
        await connect.create_user(parameters(sim), PASSWORD)

    assert (caught.value.kind, caught.value.http_status) == (ErrorKind.QUOTA, 429)
    assert len(sim.journal(operation="CreateUser")) == 1


@pytest.mark.parametrize("code", ["TooManyRequestsException", "ThrottlingException", "bare429"])
async def test_a_throttle_in_any_coding_is_one_and_is_not_repeated(
    connect: BotoConnect, sim: SimControl, code: str
) -> None:
    sim.settings(throttleCode=code)
    sim.settings(rates={"default": {"rate": 0.001, "burst": 1}})
    sim.drain("ListUsers")
    sim.drain("DeleteUser")

    for call in (connect.list_users(None), connect.write("DeleteUser", {"UserId": "u"})):
        with pytest.raises(ConnectError) as caught:
            await call
        assert (caught.value.kind, caught.value.uncertain) == (ErrorKind.THROTTLED, False)

    assert len(sim.journal(operation="ListUsers")) == 1
    assert len(sim.journal(operation="DeleteUser")) == 1


async def test_a_user_that_is_not_there(connect: BotoConnect) -> None:
    nobody = "5eed0000-0000-4000-8000-00000000dead"

    for call in (connect.describe_user(nobody), connect.write("DeleteUser", {"UserId": nobody})):
        with pytest.raises(ConnectError) as caught:
            await call
        assert (caught.value.kind, caught.value.uncertain) == (ErrorKind.NOT_FOUND, False)
