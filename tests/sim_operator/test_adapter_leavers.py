"""What the adapter reads for those who leave, under every reading of what Connect's documentation leaves open."""

from __future__ import annotations

import pytest

from connect_operator.aws.connect import BotoConnect
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.engine.ports import QuickConnect
from connect_sim.control_client import SimControl

from .test_adapter_writes import created

NOBODY = "5eed0000-0000-4000-8000-00000000dead"


async def on_contacts(connect: BotoConnect, *user_ids: str) -> set[str] | str:
    """Who of them is on a contact; the kind of the error where that cannot be told."""
    try:
        return set(await connect.users_on_contacts(user_ids))
    except ConnectError as error:
        return error.kind.value


@pytest.mark.parametrize("offline", ["left-out", "shown"])
@pytest.mark.parametrize(
    ("state", "busy"), [("CONNECTING", True), ("CONNECTED", True), ("MISSED", False), ("ACW", False), ("ENDED", False)]
)
async def test_who_is_on_a_contact(connect: BotoConnect, sim: SimControl, offline: str, state: str, busy: bool) -> None:  # noqa: FBT001 - a case
    sim.settings(currentDataOfOffline=offline)
    user_id, _ = await created(connect, sim)
    sim.add_record("contacts", channel="CHAT", state=state, agentId=user_id)
    assert await on_contacts(connect, user_id) == ({user_id} if busy else set())


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("ResourceNotFoundException", ErrorKind.NOT_FOUND.value),
        ("InvalidParameterException", ErrorKind.PASSING.value),
        ("ignored", set()),
    ],
)
async def test_somebody_who_does_not_exist(connect: BotoConnect, sim: SimControl, policy: str, told: object) -> None:
    sim.settings(unknownAgentFilter=policy)
    assert await on_contacts(connect, NOBODY) == told


async def test_sessions_are_ended(connect: BotoConnect, sim: SimControl) -> None:
    user_id, _ = await created(connect, sim)
    sim.sign_in(user_id, sessions=3)
    await connect.write("DeleteAllEntitySessions", {"EntityId": user_id, "EntityType": "USER"})
    assert sim.sessions(user_id) == 0


async def test_where_quick_connects_lead(connect: BotoConnect, sim: SimControl) -> None:
    user_id, arn = await created(connect, sim)
    by_name = sim.add_record("quick-connects", name="By name", type="USER", target="jdoe")["id"]
    by_arn = sim.add_record("quick-connects", name="By ARN", type="USER", target=arn)["id"]
    number = sim.add_record("quick-connects", name="Outside", type="PHONE_NUMBER", target="+4930123456")["id"]
    found, token = await connect.search_quick_connects(None)
    assert token is None
    assert {each.id: each.user_id for each in found if each.id in (by_name, by_arn, number)} == {
        by_name: user_id,
        by_arn: user_id,
        number: "",
    }
    assert await connect.describe_quick_connect(by_name) == QuickConnect(by_name, "By name", user_id)
    await connect.write("DeleteQuickConnect", {"QuickConnectId": by_name})
    with pytest.raises(ConnectError) as error:
        await connect.describe_quick_connect(by_name)
    assert error.value.kind is ErrorKind.NOT_FOUND


async def test_more_quick_connects_than_a_page_holds(connect: BotoConnect, sim: SimControl) -> None:
    for number in range(120):
        sim.add_record("quick-connects", name=f"Number {number}", type="PHONE_NUMBER", target="+4930123456")
    first, token = await connect.search_quick_connects(None)
    second, end = await connect.search_quick_connects(token)
    assert (len(first), end) == (100, None)
    assert len({each.id for each in (*first, *second)}) >= 120
