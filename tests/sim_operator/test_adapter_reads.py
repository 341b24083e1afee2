"""Every read of the adapter against the simulator: what it tells is what the simulator holds."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET, structs

from connect_operator.aws.connect import BotoConnect
from connect_operator.aws.gateway import Gateway
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.references import CatalogKind
from connect_operator.domain.connect.user import ObservedUser, UserSummary
from connect_operator.domain.kinds.spec import ConnectInstanceSpec
from connect_operator.engine.ports import Password
from connect_sim.control_client import SAML_INSTANCE, SimControl

ANN: dict[str, Any] = {
    "Username": "ann",
    "IdentityInfo": {"FirstName": "Ann", "LastName": "Lee", "Email": "ann@example.com", "Mobile": "+4915112345"},
    "PhoneConfig": {"PhoneType": "SOFT_PHONE"},
    "AfterContactWorkConfigs": [
        {"Channel": "VOICE", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 30}},
        {"Channel": "CHAT", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 1000}},
    ],
    "Tags": {"Team": "A"},
}


def add(sim: SimControl, **members: Any) -> str:  # noqa: ANN401 - members of a user
    (created,) = sim.add_users([{**ANN, **members}])
    return str(created["Id"])


async def every_user(connect: BotoConnect) -> dict[str, ObservedUser | UserSummary]:
    """ListUsers to its end, by name."""
    token: str | None = None
    found: dict[str, ObservedUser | UserSummary] = {}
    while True:
        page = await connect.list_users(token)
        found |= {user.username: user for user in page.users}
        token = page.next_token
        if token is None:
            return found


async def test_describe_instance(gateway: Gateway, connect: BotoConnect, sim: SimControl) -> None:
    facts = await connect.describe_instance()
    saml = await gateway.open(ConnectInstanceSpec(instance_id=SAML_INSTANCE)).describe_instance()

    assert facts.arn == f"arn:aws:connect:us-east-1:111122223333:instance/{sim.instance}"
    assert (facts.identity_management_type, saml.identity_management_type) == ("CONNECT_MANAGED", "SAML")


async def test_an_instance_may_be_named_by_its_arn(gateway: Gateway, connect: BotoConnect) -> None:
    facts = await connect.describe_instance()

    assert await gateway.open(ConnectInstanceSpec(instance_id=facts.arn)).describe_instance() == facts


async def test_describe_user_tells_everything(connect: BotoConnect, sim: SimControl) -> None:
    user_id = add(sim)
    truth = sim.user("ann")
    assert truth is not None

    described = await connect.describe_user(user_id)

    user = described.user
    assert (user.user_id, user.arn, user.username) == (user_id, truth["Arn"], "ann")
    assert (user.first_name, user.last_name) == ("Ann", "Lee")
    assert user.contact is not UNSET
    assert (user.contact.email, user.contact.mobile) == ("ann@example.com", "+4915112345")
    assert user.routing_profile_id == truth["RoutingProfileId"]
    assert user.security_profile_ids == tuple(sorted(truth["SecurityProfileIds"]))
    assert user.tags == {"Team": "A"}
    assert described.last_modified == pytest.approx(sim.now(), abs=60)
    assert user.after_contact_work_configs is not UNSET
    limits = {
        entry.channel: entry.after_contact_work_config.after_contact_work_time_limit
        for entry in user.after_contact_work_configs
    }
    assert (limits["VOICE"], limits["CHAT"]) == (30, 1000)


@pytest.mark.parametrize("unit", ["ms", "s"])
async def test_search_tells_the_same_as_describe_whatever_the_unit(
    connect: BotoConnect, sim: SimControl, unit: str
) -> None:
    sim.settings(searchPerChannelUnit=unit)
    user_id = add(sim)

    (found,) = (await connect.search_users(None, username="ann")).users
    described = (await connect.describe_user(user_id)).user

    assert found == structs.replace(described, contact=UNSET)


@pytest.mark.parametrize(("unit", "limit"), [("ms", 30), ("s", 3000)])
async def test_where_nothing_tells_the_unit_one_describe_user_does(
    connect: BotoConnect, sim: SimControl, unit: str, limit: int
) -> None:
    sim.settings(phoneViews="written", searchPerChannelUnit=unit)
    work = [{"Channel": "VOICE", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": limit}}]
    parameters = {
        "Username": "ann",
        "IdentityInfo": {"FirstName": "Ann", "LastName": "Lee", "Email": "ann@example.com"},
        "RoutingProfileId": sim.records("routing-profiles")[0]["id"],
        "SecurityProfileIds": [sim.records("security-profiles")[0]["id"]],
        "AfterContactWorkConfigs": work,
    }
    user_id = (await connect.create_user(parameters, Password("Passw0rdIsSecret"))).user_id

    async def searched() -> Any:  # noqa: ANN401 - an ObservedUser whose limits may be UNSET
        return (await connect.search_users(None, username="ann")).users[0]

    assert (await searched()).after_contact_work_configs is UNSET
    described = (await connect.describe_user(user_id)).user
    assert await searched() == structs.replace(described, contact=UNSET)


async def test_a_search_by_name_finds_that_user_only(connect: BotoConnect, sim: SimControl) -> None:
    add(sim)
    add(sim, Username="anne")
    sim.settings(searchCase="insensitive")
    add(sim, Username="ANN")

    found = await connect.search_users(None, username="ann")

    assert [user.username for user in found.users] == ["ann"]
    assert (await connect.search_users(None, username="nobody")).users == ()


async def test_pages_of_users_lead_to_all_of_them(connect: BotoConnect, sim: SimControl) -> None:
    before = len(sim.users())
    sim.add_users({"Username": f"user-{number:04}"} for number in range(1100))

    listed = await connect.list_users(None)
    searched = await connect.search_users(None)

    assert (len(listed.users), len(searched.users)) == (1000, 500)
    assert searched.total == 1100 + before
    assert searched.next_token
    users = await every_user(connect)
    assert len(users) == 1100 + before
    summary = users["user-0007"]
    assert isinstance(summary, UserSummary)
    assert summary.last_modified == pytest.approx(sim.now(), abs=60)
    assert summary.arn.endswith(f"/agent/{summary.user_id}")


async def test_a_page_token_that_has_expired_is_told_as_that(connect: BotoConnect, sim: SimControl) -> None:
    sim.add_users({"Username": f"user-{number:04}"} for number in range(600))
    token = (await connect.search_users(None)).next_token
    sim.advance(24 * 3600 + 60)

    with pytest.raises(ConnectError) as caught:
        await connect.search_users(token)

    assert caught.value.kind is ErrorKind.PAGE_TOKEN


async def test_proficiencies(connect: BotoConnect, sim: SimControl) -> None:
    user_id = add(sim)
    assert await connect.list_user_proficiencies(user_id) == ()
    wanted = [("Skill", "Billing", 2.0), ("Language", "German", 5.0)]
    entries = [{"AttributeName": a, "AttributeValue": v, "Level": n} for a, v, n in wanted]
    await connect.write("AssociateUserProficiencies", {"UserId": user_id, "UserProficiencies": entries})

    found = await connect.list_user_proficiencies(user_id)

    assert [(entry.attribute_name, entry.attribute_value, entry.level) for entry in found] == sorted(wanted)


async def test_catalogs_of_profiles(connect: BotoConnect, sim: SimControl) -> None:
    for kind, path in (
        (CatalogKind.ROUTING_PROFILE, "routing-profiles"),
        (CatalogKind.SECURITY_PROFILE, "security-profiles"),
    ):
        catalog, token = await connect.list_catalog(kind, None)

        assert token is None
        assert {(entry.id, entry.name) for entry in catalog} == {(one["id"], one["name"]) for one in sim.records(path)}


async def test_the_catalog_of_hierarchy_groups_has_whole_paths(connect: BotoConnect) -> None:
    catalog, token = await connect.list_catalog(CatalogKind.HIERARCHY_GROUP, None)

    assert token is None
    assert {entry.path for entry in catalog} == {
        ("EMEA",),
        ("EMEA", "Berlin"),
        ("EMEA", "Berlin", "Team A"),
        ("EMEA", "Berlin", "Team B"),
        ("EMEA", "London"),
        ("EMEA", "London", "Team A"),
        ("AMER",),
        ("AMER", "Austin"),
    }


async def test_pages_of_hierarchy_groups_lead_to_all_of_them(connect: BotoConnect, sim: SimControl) -> None:
    for number in range(120):
        sim.add_record("hierarchy-groups", name=f"Group {number}")

    first, token = await connect.list_catalog(CatalogKind.HIERARCHY_GROUP, None)
    second, end = await connect.list_catalog(CatalogKind.HIERARCHY_GROUP, token)

    assert (len(first), len(second), end) == (100, 28, None)
    assert len({entry.id for entry in first + second}) == 128


async def test_a_search_that_iam_denies_is_raised(connect: BotoConnect, sim: SimControl) -> None:
    sim.fault("deny", "Search*", times=None)

    for operation, call in (
        ("SearchUsers", connect.search_users(None)),
        ("SearchUserHierarchyGroups", connect.list_catalog(CatalogKind.HIERARCHY_GROUP, None)),
    ):
        with pytest.raises(ConnectError) as caught:
            await call
        assert (caught.value.kind, caught.value.operation) == (ErrorKind.DENIED, operation)


async def test_a_read_survives_one_lost_connection(connect: BotoConnect, sim: SimControl) -> None:
    fault = sim.fault("drop-before", "ListUsers")

    await connect.list_users(None)

    assert fault.hits == 1
    assert len(sim.journal(operation="ListUsers")) == 2
