"""CreateUser: what a user is made of, and every reason to refuse one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import DEFAULT_INSTANCE, DIRECTORY_INSTANCE, SAML_INSTANCE, SimControl

Client = Any
Json = dict[str, Any]
PARAMETER, REQUEST = "InvalidParameterException", "InvalidRequestException"


def test_answers_with_id_and_arn_only(connect: Client, a_user: Callable[..., Json]) -> None:
    created = connect.create_user(**a_user())
    del created["ResponseMetadata"]
    arn = f"arn:aws:connect:us-east-1:111122223333:instance/{DEFAULT_INSTANCE}/agent/{created['UserId']}"
    assert created == {"UserId": created["UserId"], "UserArn": arn}


def test_keeps_every_member_that_can_be_read(connect: Client, a_user: Callable[..., Json]) -> None:
    wanted: Json = {
        "IdentityInfo": {
            "FirstName": "Ångström",
            "LastName": "Lee",
            "Email": "a@example.com",
            "SecondaryEmail": "b@example.com",
            "Mobile": "+4915112345678",
        },
        "AutoAcceptConfigs": [
            {"Channel": "VOICE", "AutoAccept": True, "AgentFirstCallbackAutoAccept": True},
            {"Channel": "CHAT", "AutoAccept": True},
        ],
        "AfterContactWorkConfigs": [
            {
                "Channel": "VOICE",
                "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 30},
                "AgentFirstCallbackAfterContactWorkConfig": {"AfterContactWorkTimeLimit": 10},
            },
            {"Channel": "EMAIL", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 0}},
        ],
        "PhoneNumberConfigs": [{"Channel": "VOICE", "PhoneType": "DESK_PHONE", "PhoneNumber": "+15550100"}],
        "PersistentConnectionConfigs": [{"Channel": "VOICE", "PersistentConnection": True}],
        "VoiceEnhancementConfigs": [{"Channel": "VOICE", "VoiceEnhancementMode": "NOISE_SUPPRESSION"}],
        "Tags": {"team": "a", "empty": ""},
    }
    created = connect.create_user(**a_user(Username="full", PhoneConfig=None, **wanted))
    user = connect.describe_user(InstanceId=DEFAULT_INSTANCE, UserId=created["UserId"])["User"]
    assert {name: user[name] for name in wanted} == wanted
    assert user["PhoneConfig"] == {
        "PhoneType": "DESK_PHONE",
        "DeskPhoneNumber": "+15550100",
        "AutoAccept": True,
        "AfterContactWorkTimeLimit": 30,
        "PersistentConnection": True,
    }
    assert user["LastModifiedRegion"] == "us-east-1"
    assert "Password" not in user


def test_takes_arns_for_ids(connect: Client, a_user: Callable[..., Json], control: SimControl) -> None:
    [group] = [item for item in control.records("hierarchy-groups") if item["name"] == "Berlin"]
    instance = control.instances()[0]["arn"]
    params = a_user(HierarchyGroupId=group["arn"], InstanceId=instance)
    params["RoutingProfileId"] = f"{instance}/routing-profile/{params['RoutingProfileId']}"
    params["SecurityProfileIds"] = [f"{instance}/security-profile/{params['SecurityProfileIds'][0]}"]
    created = connect.create_user(**params)
    user = connect.describe_user(InstanceId=instance, UserId=created["UserArn"])["User"]
    assert user["HierarchyGroupId"] == group["id"]
    assert "/" not in user["RoutingProfileId"]
    assert "/" not in user["SecurityProfileIds"][0]


def test_legacy_after_contact_work_goes_to_every_channel(connect: Client, a_user: Callable[..., Json]) -> None:
    phone = {"PhoneType": "SOFT_PHONE", "AfterContactWorkTimeLimit": 45}
    created = connect.create_user(**a_user(PhoneConfig=phone))
    user = connect.describe_user(InstanceId=DEFAULT_INSTANCE, UserId=created["UserId"])["User"]
    limits = {
        item["Channel"]: item["AfterContactWorkConfig"]["AfterContactWorkTimeLimit"]
        for item in user["AfterContactWorkConfigs"]
    }
    assert limits == {"VOICE": 45, "CHAT": 45, "TASK": 45, "EMAIL": 45}


def test_a_legacy_member_goes_with_the_list_of_another(connect: Client, a_user: Callable[..., Json]) -> None:
    params = a_user(AutoAcceptConfigs=[{"Channel": "TASK", "AutoAccept": True}])
    created = connect.create_user(**params)
    user = connect.describe_user(InstanceId=DEFAULT_INSTANCE, UserId=created["UserId"])["User"]
    assert user["AutoAcceptConfigs"] == [{"Channel": "TASK", "AutoAccept": True}]
    assert user["PhoneConfig"]["AutoAccept"] is False


def _channel(name: str, **members: object) -> list[Json]:
    return [{"Channel": name, **members}]


WORK = {"AfterContactWorkTimeLimit": 5}
IDENTITY = {"FirstName": "Ann", "LastName": "Lee", "Email": "ann@example.com"}
MODEL_CASES: list[tuple[str, Json]] = [
    ("boto3 checks no maximum length", {"Username": "x" * 101}),
    ("boto3 checks no maximum of a list", {"SecurityProfileIds": ["p"] * 11}),
    ("boto3 checks no enum", {"PhoneConfig": {"PhoneType": "X"}}),
    ("boto3 checks no enum in a list", {"AutoAcceptConfigs": _channel("FAX", AutoAccept=True)}),
    ("boto3 checks no minimum of a map", {"Tags": {}}),
    ("51 tags in a request", {"Tags": {str(n): "" for n in range(51)}}),
    ("a reserved tag key", {"Tags": {"aws:owner": "x"}}),
    ("a tag key outside the pattern", {"Tags": {"a#b": "x"}}),
    ("a tag value of 257 characters", {"Tags": {"a": "x" * 257}}),
    ("a desk phone number that is not E.164", {"PhoneConfig": {"PhoneType": "DESK_PHONE", "DeskPhoneNumber": "123"}}),
    ("no digit in the password", {"Password": "Secretword"}),
    ("no capital in the password", {"Password": "passw0rd"}),
    ("a password of 65 characters", {"Password": "Passw0rd" + "x" * 57}),
    ("a blank in the password", {"Password": "Pass w0rd"}),
    ("a first name of 256 characters", {"IdentityInfo": {**IDENTITY, "FirstName": "x" * 256}}),
]


@pytest.mark.parametrize(("reason", "change"), MODEL_CASES, ids=[case[0] for case in MODEL_CASES])
def test_the_models_constraints_hold(
    reason: str, change: Json, connect: Client, a_user: Callable[..., Json], refusal: Callable[..., Json]
) -> None:
    found = refusal(connect.create_user, **a_user(**change))
    assert (found["code"], found["status"]) == (PARAMETER, 400), reason
    assert "failed to satisfy constraint" in found["message"]
    assert str(change.get("Password", "no such text")) not in found["message"]


SEMANTIC_CASES: list[tuple[str, str, Json]] = [
    ("21 characters without SAML", PARAMETER, {"Username": "x" * 21}),
    ("an @ outside an e-mail address", PARAMETER, {"Username": "ann@example"}),
    ("a blank in the username", PARAMETER, {"Username": "ann lee"}),
    ("no password on a managed instance", REQUEST, {"Password": None}),
    ("a directory ID on a managed instance", REQUEST, {"DirectoryUserId": "d"}),
    ("no e-mail on a managed instance", REQUEST, {"IdentityInfo": {"FirstName": "A", "LastName": "L"}}),
    ("no identity at all on a managed instance", REQUEST, {"IdentityInfo": None}),
    ("an empty first name on a managed instance", PARAMETER, {"IdentityInfo": {**IDENTITY, "FirstName": ""}}),
    ("a last name of 257 characters when managed", PARAMETER, {"IdentityInfo": {**IDENTITY, "LastName": "x" * 257}}),
    ("a name in decomposed Unicode", PARAMETER, {"IdentityInfo": {**IDENTITY, "FirstName": "e\u0301"}}),
    ("an e-mail address without @", PARAMETER, {"IdentityInfo": {**IDENTITY, "Email": "nobody"}}),
    ("a secondary address without a domain", PARAMETER, {"IdentityInfo": {**IDENTITY, "SecondaryEmail": "a@b"}}),
    ("a mobile number that is not E.164", PARAMETER, {"IdentityInfo": {**IDENTITY, "Mobile": "0151 123"}}),
    ("a routing profile that does not exist", "ResourceNotFoundException", {"RoutingProfileId": "none"}),
    ("a security profile that does not exist", "ResourceNotFoundException", {"SecurityProfileIds": ["none"]}),
    ("a hierarchy group that does not exist", "ResourceNotFoundException", {"HierarchyGroupId": "none"}),
    ("an instance that does not exist", "ResourceNotFoundException", {"InstanceId": "none"}),
    ("legacy work time and its list", PARAMETER, {"PhoneConfig": WORK, "AfterContactWorkConfigs": []}),
    ("legacy auto accept and its list", PARAMETER, {"PhoneConfig": {"AutoAccept": True}, "AutoAcceptConfigs": []}),
    ("legacy phone type and its list", PARAMETER, {"PhoneNumberConfigs": []}),
    (
        "legacy desk number and its list",
        PARAMETER,
        {"PhoneConfig": {"DeskPhoneNumber": "+15550100"}, "PhoneNumberConfigs": []},
    ),
    (
        "legacy persistence and its list",
        PARAMETER,
        {"PhoneConfig": {"PersistentConnection": True}, "PersistentConnectionConfigs": []},
    ),
    (
        "a phone number for chat",
        PARAMETER,
        {"PhoneConfig": {}, "PhoneNumberConfigs": _channel("CHAT", PhoneType="SOFT_PHONE")},
    ),
    ("persistence for tasks", PARAMETER, {"PersistentConnectionConfigs": _channel("TASK", PersistentConnection=True)}),
    ("enhancement for e-mail", PARAMETER, {"VoiceEnhancementConfigs": _channel("EMAIL", VoiceEnhancementMode="NONE")}),
    (
        "agent-first callback for chat",
        PARAMETER,
        {"AutoAcceptConfigs": _channel("CHAT", AutoAccept=True, AgentFirstCallbackAutoAccept=True)},
    ),
    (
        "agent-first work for chat",
        PARAMETER,
        {
            "AfterContactWorkConfigs": _channel(
                "CHAT", AfterContactWorkConfig=WORK, AgentFirstCallbackAfterContactWorkConfig=WORK
            )
        },
    ),
    ("more than 24 days of work", PARAMETER, {"PhoneConfig": {"AfterContactWorkTimeLimit": 2_000_001}}),
]


@pytest.mark.parametrize(("reason", "code", "change"), SEMANTIC_CASES, ids=[case[0] for case in SEMANTIC_CASES])
def test_the_rules_beyond_the_model_hold(  # noqa: PLR0913, PLR0917 - a case and four fixtures
    reason: str,
    code: str,
    change: Json,
    connect: Client,
    a_user: Callable[..., Json],
    refusal: Callable[..., Json],
    control: SimControl,
) -> None:
    assert refusal(connect.create_user, **a_user(**change))["code"] == code, reason
    assert control.users() == []


def _elsewhere(params: Json, instance: str, control: SimControl, **changes: object) -> Json:
    """Return CreateUser parameters for another instance: its own profiles, and the changes."""
    profiles = {
        "RoutingProfileId": control.records("routing-profiles", instance)[0]["id"],
        "SecurityProfileIds": [control.records("security-profiles", instance)[0]["id"]],
    }
    wanted = {**params, "InstanceId": instance, **profiles, **changes}
    return {name: value for name, value in wanted.items() if value is not None}


SAML_NAMES = {"FirstName": "A", "LastName": "L"}
IDENTITY_TYPE_CASES: list[tuple[str, str, Json, str]] = [
    ("SAML: names only", SAML_INSTANCE, {"Password": None, "IdentityInfo": SAML_NAMES}, "ok"),
    ("SAML: 64 characters", SAML_INSTANCE, {"Password": None, "IdentityInfo": SAML_NAMES, "Username": "x" * 64}, "ok"),
    ("SAML: 65", SAML_INSTANCE, {"Password": None, "IdentityInfo": SAML_NAMES, "Username": "x" * 65}, PARAMETER),
    ("SAML: a password", SAML_INSTANCE, {"IdentityInfo": SAML_NAMES}, REQUEST),
    ("SAML: an e-mail address", SAML_INSTANCE, {"Password": None}, REQUEST),
    (
        "SAML: a directory ID",
        SAML_INSTANCE,
        {"Password": None, "IdentityInfo": SAML_NAMES, "DirectoryUserId": "d"},
        REQUEST,
    ),
    ("SAML: no last name", SAML_INSTANCE, {"Password": None, "IdentityInfo": {"FirstName": "A"}}, REQUEST),
    (
        "SAML: a secondary address",
        SAML_INSTANCE,
        {"Password": None, "IdentityInfo": {**SAML_NAMES, "SecondaryEmail": "a@example.com"}},
        "ok",
    ),
    ("directory: a name is enough", DIRECTORY_INSTANCE, {"Password": None, "IdentityInfo": None}, "ok"),
    ("directory: a password", DIRECTORY_INSTANCE, {"IdentityInfo": None}, REQUEST),
    ("directory: an ID", DIRECTORY_INSTANCE, {"Password": None, "IdentityInfo": None, "DirectoryUserId": "d"}, "ok"),
]


@pytest.mark.parametrize(
    ("reason", "instance", "change", "outcome"), IDENTITY_TYPE_CASES, ids=[case[0] for case in IDENTITY_TYPE_CASES]
)
def test_the_identity_type_decides(  # noqa: PLR0913, PLR0917 - a case and four fixtures
    reason: str,
    instance: str,
    change: Json,
    outcome: str,
    connect: Client,
    a_user: Callable[..., Json],
    refusal: Callable[..., Json],
    control: SimControl,
) -> None:
    params = _elsewhere(a_user(), instance, control, **change)
    if outcome == "ok":
        created = connect.create_user(**params)
        user = connect.describe_user(InstanceId=instance, UserId=created["UserId"])["User"]
        assert user.get("DirectoryUserId") == change.get("DirectoryUserId"), reason
    else:
        assert refusal(connect.create_user, **params)["code"] == outcome, reason


def test_a_directory_out_of_reach_demands_the_directory_id(
    connect: Client, a_user: Callable[..., Json], refusal: Callable[..., Json], control: SimControl
) -> None:
    control.edit_instance(DIRECTORY_INSTANCE, directoryReachable=False)
    params = _elsewhere(a_user(), DIRECTORY_INSTANCE, control, Password=None, IdentityInfo=None)
    assert refusal(connect.create_user, **params)["code"] == REQUEST
    connect.create_user(**params, DirectoryUserId="d")


def test_a_taken_name_is_refused_and_case_matters(
    connect: Client, a_user: Callable[..., Json], refusal: Callable[..., Json]
) -> None:
    connect.create_user(**a_user(Username="ann"))
    found = refusal(connect.create_user, **a_user(Username="ann"))
    assert (found["code"], found["status"]) == ("DuplicateResourceException", 409)
    connect.create_user(**a_user(Username="Ann"))


def test_the_user_quota_is_a_429_of_its_own(
    connect: Client, a_user: Callable[..., Json], refusal: Callable[..., Json], control: SimControl
) -> None:
    control.edit_instance(userQuota=1)
    connect.create_user(**a_user())
    found = refusal(connect.create_user, **a_user())
    assert (found["code"], found["status"]) == ("LimitExceededException", 429)


def test_an_instance_that_is_not_active_takes_no_users(
    connect: Client, a_user: Callable[..., Json], refusal: Callable[..., Json], control: SimControl
) -> None:
    control.edit_instance(status="CREATION_IN_PROGRESS")
    assert refusal(connect.create_user, **a_user())["code"] == REQUEST
