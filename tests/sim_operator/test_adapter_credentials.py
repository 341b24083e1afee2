"""Roles, external ids, expiry, two accounts and two regions, against the simulator's STS."""

from __future__ import annotations

import pytest

from connect_operator.aws.clients import FORGET_AFTER
from connect_operator.aws.gateway import Gateway
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.kinds.spec import UNSET, AssumeRole, ConnectInstanceSpec
from connect_sim.control_client import OTHER_ACCOUNT_INSTANCE, SimControl

from .conftest import LateClock

OTHER_ROLE = "arn:aws:iam::444455556666:role/connect-operator"


def the_other_account(external_id: str | None = "simulated-external-id") -> ConnectInstanceSpec:
    return ConnectInstanceSpec(
        instance_id=OTHER_ACCOUNT_INSTANCE,
        region="eu-central-1",
        assume_role=AssumeRole(role_arn=OTHER_ROLE, external_id=external_id or UNSET),
    )


async def test_an_instance_of_another_account_and_region_is_reached_through_its_role(
    gateway: Gateway, sim: SimControl
) -> None:
    connect = gateway.open(the_other_account())

    facts = await connect.describe_instance()
    await connect.list_users(None)

    assert facts.arn == f"arn:aws:connect:eu-central-1:444455556666:instance/{OTHER_ACCOUNT_INSTANCE}"
    assert [(call.account, call.region) for call in sim.journal() if call.service == "connect"] == [
        ("444455556666", "eu-central-1")
    ] * 2
    (assumed,) = sim.journal(operation="AssumeRole")
    assert assumed.params["ExternalId"] == "simulated-external-id"
    assert assumed.params["RoleSessionName"] == "connect-operator"


async def test_two_instances_of_different_regions_do_not_mix(gateway: Gateway, sim: SimControl) -> None:
    near = gateway.open(ConnectInstanceSpec(instance_id=sim.instance))
    far = gateway.open(the_other_account())

    for connect in (near, far, near):
        await connect.describe_instance()

    regions = [call.region for call in sim.journal(operation="DescribeInstance")]
    assert regions == ["us-east-1", "eu-central-1", "us-east-1"]


@pytest.mark.parametrize("external_id", [None, "somebody-elses"])
async def test_a_role_that_is_refused_is_named_and_connect_is_not_called(
    gateway: Gateway, sim: SimControl, external_id: str | None
) -> None:
    connect = gateway.open(the_other_account(external_id))

    with pytest.raises(ConnectError, match=OTHER_ROLE) as caught:
        await connect.write("DeleteUser", {"UserId": "u-1"})

    assert (caught.value.kind, caught.value.uncertain) == (ErrorKind.CREDENTIALS, False)
    assert (caught.value.code, caught.value.role) == ("RoleNotAssumed", OTHER_ROLE)
    assert sim.journal(operation="DeleteUser") == []


async def test_credentials_that_one_external_id_got_serve_no_other(gateway: Gateway) -> None:
    await gateway.open(the_other_account()).describe_instance()

    with pytest.raises(ConnectError) as caught:
        await gateway.open(the_other_account("somebody-elses")).describe_instance()

    assert caught.value.code == "RoleNotAssumed"


async def test_sts_that_does_not_answer_leaves_no_doubt_about_the_write(gateway: Gateway, sim: SimControl) -> None:
    sim.fault("drop-before", "AssumeRole", times=None)

    with pytest.raises(ConnectError, match=OTHER_ROLE) as caught:
        await gateway.open(the_other_account()).write("DeleteUser", {"UserId": "u-1"})

    assert (caught.value.kind, caught.value.uncertain) == (ErrorKind.UNAVAILABLE, False)


async def test_a_role_that_is_refused_leaves_the_credentials_of_the_others_alone(
    gateway: Gateway, sim: SimControl, clock: LateClock
) -> None:
    near = gateway.open(the_other_account())
    await near.describe_instance()
    clock.ahead = FORGET_AFTER

    with pytest.raises(ConnectError, match="RoleNotAssumed"):
        await gateway.open(the_other_account("somebody-elses")).describe_instance()
    await near.describe_instance()

    assert [call.outcome for call in sim.journal(operation="AssumeRole")] == ["ok", "AccessDenied"]


async def test_credentials_that_expire_early_are_replaced(gateway: Gateway, sim: SimControl, clock: LateClock) -> None:
    connect = gateway.open(the_other_account())
    await connect.describe_instance()
    sim.expire_credentials()
    clock.ahead = FORGET_AFTER

    with pytest.raises(ConnectError) as caught:
        await connect.describe_instance()
    assert (caught.value.code, caught.value.kind) == ("ExpiredTokenException", ErrorKind.CREDENTIALS)

    await connect.describe_instance()
    assert len(sim.journal(operation="AssumeRole")) == 2
