"""The Update* operations and DeleteUser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import DIRECTORY_INSTANCE, SAML_INSTANCE, SimControl
from connect_sim.server.clock import ManualClock

Client = Any
Json = dict[str, Any]
IDENTITY = {"FirstName": "Bea", "LastName": "Roe", "Email": "bea@example.com"}


def _describe(connect: Client, ann: Json) -> Json:
    user: Json = connect.describe_user(**ann)["User"]
    return user


def test_identity_info_replaces_the_block(connect: Client, ann: Json) -> None:
    connect.update_user_identity_info(**ann, IdentityInfo={**IDENTITY, "SecondaryEmail": "b@example.com"})
    connect.update_user_identity_info(**ann, IdentityInfo=IDENTITY)
    assert _describe(connect, ann)["IdentityInfo"] == IDENTITY


def test_an_empty_secondary_address_clears_it(connect: Client, ann: Json) -> None:
    connect.update_user_identity_info(**ann, IdentityInfo={**IDENTITY, "SecondaryEmail": "b@example.com"})
    connect.update_user_identity_info(**ann, IdentityInfo={**IDENTITY, "SecondaryEmail": "", "Mobile": ""})
    assert _describe(connect, ann)["IdentityInfo"] == IDENTITY


def test_two_users_may_share_an_address(connect: Client, a_user: Callable[..., Json]) -> None:
    connect.create_user(**a_user())
    connect.create_user(**a_user())


@pytest.mark.parametrize(
    ("instance", "identity"),
    [(SAML_INSTANCE, {"FirstName": "A", "LastName": "L", "Email": "a@example.com"}), (DIRECTORY_INSTANCE, IDENTITY)],
    ids=["SAML users have no primary address", "the directory owns names and address"],
)
def test_identity_info_heeds_the_identity_type(
    instance: str, identity: Json, connect: Client, refusal: Callable[..., Json], control: SimControl
) -> None:
    [user] = control.add_users([{"Username": "sam"}], instance)
    found = refusal(connect.update_user_identity_info, InstanceId=instance, UserId=user["Id"], IdentityInfo=identity)
    assert found["code"] == "InvalidRequestException"
    connect.update_user_identity_info(
        InstanceId=instance, UserId=user["Id"], IdentityInfo={"SecondaryEmail": "s@example.com"}
    )


def test_phone_config_flattens_work_and_leaves_other_channels_alone(connect: Client, ann: Json) -> None:
    connect.update_user_config(
        **ann,
        AfterContactWorkConfigs=[
            {"Channel": "CHAT", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 7}},
            {"Channel": "VOICE", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 8}},
        ],
        AutoAcceptConfigs=[{"Channel": "CHAT", "AutoAccept": True}],
    )
    connect.update_user_phone_config(**ann, PhoneConfig={"PhoneType": "SOFT_PHONE", "AfterContactWorkTimeLimit": 60})
    user = _describe(connect, ann)
    limits = [item["AfterContactWorkConfig"]["AfterContactWorkTimeLimit"] for item in user["AfterContactWorkConfigs"]]
    assert limits == [60, 60, 60, 60]
    assert {"Channel": "CHAT", "AutoAccept": True} in user["AutoAcceptConfigs"]


def test_config_replaces_the_lists_it_is_given(connect: Client, ann: Json) -> None:
    before = _describe(connect, ann)
    wanted = [{"Channel": "TASK", "AutoAccept": True}]
    connect.update_user_config(**ann, AutoAcceptConfigs=wanted)
    user = _describe(connect, ann)
    assert user["AutoAcceptConfigs"] == wanted
    assert user["AfterContactWorkConfigs"] == before["AfterContactWorkConfigs"]


def test_config_with_an_empty_list_clears_it(connect: Client, ann: Json) -> None:
    connect.update_user_config(
        **ann, VoiceEnhancementConfigs=[{"Channel": "VOICE", "VoiceEnhancementMode": "VOICE_ISOLATION"}]
    )
    connect.update_user_config(**ann, VoiceEnhancementConfigs=[])
    assert "VoiceEnhancementConfigs" not in _describe(connect, ann)


def test_security_profiles_are_replaced_as_a_set(connect: Client, ann: Json, control: SimControl) -> None:
    ids = sorted(str(profile["id"]) for profile in control.records("security-profiles"))
    connect.update_user_security_profiles(**ann, SecurityProfileIds=ids[:3])
    connect.update_user_security_profiles(**ann, SecurityProfileIds=ids[1:2])
    assert _describe(connect, ann)["SecurityProfileIds"] == ids[1:2]


def test_routing_profile_and_hierarchy_move(connect: Client, ann: Json, control: SimControl) -> None:
    profile = next(p for p in control.records("routing-profiles") if p["name"] == "Priority Routing Profile")
    group = control.records("hierarchy-groups")[0]
    connect.update_user_routing_profile(**ann, RoutingProfileId=profile["arn"])
    connect.update_user_hierarchy(**ann, HierarchyGroupId=group["arn"])
    user = _describe(connect, ann)
    assert (user["RoutingProfileId"], user["HierarchyGroupId"]) == (profile["id"], group["id"])
    connect.update_user_hierarchy(**ann)
    assert "HierarchyGroupId" not in _describe(connect, ann)


NOT_FOUND = "ResourceNotFoundException"
UPDATES: list[tuple[str, Json]] = [
    ("update_user_identity_info", {"IdentityInfo": IDENTITY}),
    ("update_user_phone_config", {"PhoneConfig": {"PhoneType": "SOFT_PHONE"}}),
    ("update_user_config", {"AutoAcceptConfigs": [{"Channel": "CHAT", "AutoAccept": True}]}),
    ("update_user_hierarchy", {}),
]


@pytest.mark.parametrize(("operation", "change"), UPDATES, ids=[case[0] for case in UPDATES])
def test_every_update_moves_last_modified(
    operation: str, change: Json, connect: Client, ann: Json, clock: ManualClock
) -> None:
    before = _describe(connect, ann)["LastModifiedTime"]
    clock.advance(5)
    getattr(connect, operation)(**ann, **change)
    assert (_describe(connect, ann)["LastModifiedTime"] - before).total_seconds() == 5


@pytest.mark.parametrize(("operation", "change"), [*UPDATES, ("delete_user", {}), ("describe_user", {})])
def test_a_user_that_does_not_exist_is_not_found(
    operation: str, change: Json, connect: Client, ann: Json, refusal: Callable[..., Json]
) -> None:
    target = {**ann, "UserId": "5eed0000-0000-4000-8000-00000000dead"}
    assert refusal(getattr(connect, operation), **target, **change)["code"] == NOT_FOUND


def test_delete_is_final_and_frees_the_name(
    connect: Client, ann: Json, a_user: Callable[..., Json], refusal: Callable[..., Json]
) -> None:
    connect.delete_user(**ann)
    assert refusal(connect.describe_user, **ann)["code"] == NOT_FOUND
    assert refusal(connect.delete_user, **ann)["code"] == NOT_FOUND
    assert connect.list_users(InstanceId=ann["InstanceId"])["UserSummaryList"] == []
    assert connect.create_user(**a_user(Username="ann"))["UserId"] != ann["UserId"]


def test_updates_check_what_they_are_given(
    connect: Client, ann: Json, refusal: Callable[..., Json], control: SimControl
) -> None:
    before = control.users()
    cases: list[tuple[str, Json, str]] = [
        ("update_user_routing_profile", {"RoutingProfileId": "none"}, NOT_FOUND),
        ("update_user_security_profiles", {"SecurityProfileIds": ["none"]}, NOT_FOUND),
        ("update_user_security_profiles", {"SecurityProfileIds": ["none"] * 11}, "InvalidParameterException"),
        ("update_user_hierarchy", {"HierarchyGroupId": "none"}, NOT_FOUND),
        ("update_user_phone_config", {"PhoneConfig": {"PhoneType": "X"}}, "InvalidParameterException"),
        ("update_user_identity_info", {"IdentityInfo": {"Mobile": "123"}}, "InvalidParameterException"),
    ]
    for operation, change, code in cases:
        assert refusal(getattr(connect, operation), **ann, **change)["code"] == code, operation
    assert control.users() == before
