"""AWS's members become domain values, complete, sorted and in seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from connect_operator.aws import after_contact_work, shapes
from connect_operator.domain.connect.references import Entry
from connect_operator.domain.connect.user import ContactDetails, Described, ObservedUser, UserSummary
from connect_operator.domain.kinds import spec as manifest

ARN = "arn:aws:connect:eu-central-1:123456789012:instance/i-1"


def a_full_user(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of AWS's
    """A user with every member of DescribeUser, lists out of order."""
    return {
        "Id": "u-1",
        "Arn": f"{ARN}/agent/u-1",
        "Username": "jdoe",
        "DirectoryUserId": "d-1",
        "IdentityInfo": {
            "FirstName": "Jane",
            "LastName": "Doe",
            "Email": "j@example.com",
            "SecondaryEmail": "k@example.com",
            "Mobile": "+4930123",
        },
        "RoutingProfileId": "rp-1",
        "SecurityProfileIds": ["sp-2", "sp-1"],
        "HierarchyGroupId": "hg-1",
        "PhoneConfig": {
            "PhoneType": "DESK_PHONE",
            "AutoAccept": False,
            "AfterContactWorkTimeLimit": 30,
            "DeskPhoneNumber": "+4930124",
            "PersistentConnection": True,
        },
        "AutoAcceptConfigs": [
            {"Channel": "VOICE", "AutoAccept": True, "AgentFirstCallbackAutoAccept": False},
            {"Channel": "CHAT", "AutoAccept": False},
        ],
        "AfterContactWorkConfigs": [
            {
                "Channel": "VOICE",
                "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 30},
                "AgentFirstCallbackAfterContactWorkConfig": {"AfterContactWorkTimeLimit": 45},
            },
            {"Channel": "CHAT", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 0}},
        ],
        "PhoneNumberConfigs": [{"Channel": "VOICE", "PhoneType": "DESK_PHONE", "PhoneNumber": "+4930124"}],
        "PersistentConnectionConfigs": [{"Channel": "VOICE", "PersistentConnection": True}],
        "VoiceEnhancementConfigs": [{"Channel": "VOICE", "VoiceEnhancementMode": "NONE"}],
        "Tags": {"Team": "A", "cost center": "7"},
        "LastModifiedTime": datetime(2026, 1, 2, 3, 4, 5, 500_000, tzinfo=UTC),
        "LastModifiedRegion": "eu-central-1",
        **changes,
    }


FULL_USER = ObservedUser(
    user_id="u-1",
    arn=f"{ARN}/agent/u-1",
    username="jdoe",
    directory_user_id="d-1",
    first_name="Jane",
    last_name="Doe",
    contact=ContactDetails(email="j@example.com", secondary_email="k@example.com", mobile="+4930123"),
    routing_profile_id="rp-1",
    security_profile_ids=("sp-1", "sp-2"),
    hierarchy_group_id="hg-1",
    phone_config=manifest.PhoneConfig(
        phone_type="DESK_PHONE",
        auto_accept=False,
        after_contact_work_time_limit=30,
        desk_phone_number="+4930124",
        persistent_connection=True,
    ),
    auto_accept_configs=(
        manifest.AutoAcceptConfig(channel="CHAT", auto_accept=False),
        manifest.AutoAcceptConfig(channel="VOICE", auto_accept=True, agent_first_callback_auto_accept=False),
    ),
    after_contact_work_configs=(
        manifest.AfterContactWorkPerChannel(
            channel="CHAT", after_contact_work_config=manifest.AfterContactWork(after_contact_work_time_limit=0)
        ),
        manifest.AfterContactWorkPerChannel(
            channel="VOICE",
            after_contact_work_config=manifest.AfterContactWork(after_contact_work_time_limit=30),
            agent_first_callback_after_contact_work_config=manifest.AfterContactWork(after_contact_work_time_limit=45),
        ),
    ),
    phone_number_configs=(
        manifest.PhoneNumberConfig(channel="VOICE", phone_type="DESK_PHONE", phone_number="+4930124"),
    ),
    persistent_connection_configs=(manifest.PersistentConnectionConfig(channel="VOICE", persistent_connection=True),),
    voice_enhancement_configs=(manifest.VoiceEnhancementConfig(channel="VOICE", voice_enhancement_mode="NONE"),),
    tags={"Team": "A", "cost center": "7"},
)


def test_describe_user_with_everything() -> None:
    answer = shapes.described({"User": a_full_user()})

    assert answer == Described(user=FULL_USER, last_modified=1767323045.5)


def test_describe_user_with_nothing_optional() -> None:
    answer = shapes.described({"User": {"Arn": f"{ARN}/agent/u-1"}})

    assert answer == Described(
        user=ObservedUser(user_id="u-1", arn=f"{ARN}/agent/u-1", username="", contact=ContactDetails()),
        last_modified=None,
    )


def test_references_are_bare_ids_even_where_aws_answers_with_arns() -> None:
    raw = a_full_user(
        RoutingProfileId=f"{ARN}/routing-profile/rp-1",
        SecurityProfileIds=[f"{ARN}/security-profile/sp-1", f"{ARN}/security-profile/sp-2"],
        HierarchyGroupId=f"{ARN}/agent-group/hg-1",
    )

    assert shapes.described({"User": raw}).user == FULL_USER


def in_milliseconds(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of AWS's
    """The full user as SearchUsers shows it: milliseconds, names only."""
    raw = a_full_user(**changes)
    del raw["LastModifiedTime"], raw["LastModifiedRegion"]
    raw["IdentityInfo"] = {"FirstName": "Jane", "LastName": "Doe"}
    raw["PhoneConfig"]["AfterContactWorkTimeLimit"] = 30_000
    raw["AfterContactWorkConfigs"] = [
        {
            "Channel": "VOICE",
            "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 30_000},
            "AgentFirstCallbackAfterContactWorkConfig": {"AfterContactWorkTimeLimit": 45_000},
        },
        {"Channel": "CHAT", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 0}},
    ]
    return raw


def searched(users: list[dict[str, Any]]) -> tuple[ObservedUser, ...]:
    """A page of SearchUsers, with the units that are concluded from it."""
    return shapes.searched(users, after_contact_work.units(users))


def test_search_users_tells_the_same_user_less_the_contact_details() -> None:
    (found,) = searched([in_milliseconds()])

    assert found == msgspec.structs.replace(FULL_USER, contact=UNSET)


def test_search_users_with_per_channel_lists_in_seconds_tells_the_same_user() -> None:
    raw = in_milliseconds()
    raw["AfterContactWorkConfigs"] = a_full_user()["AfterContactWorkConfigs"]

    (found,) = searched([raw])

    assert found == msgspec.structs.replace(FULL_USER, contact=UNSET)


def work(user: ObservedUser) -> Any:  # noqa: ANN401 - a tuple, or UNSET
    return user.after_contact_work_configs


def test_a_limit_of_unknown_unit_stays_unset_and_an_unlimited_one_does_not() -> None:
    unknown = {"Channel": "VOICE", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 1000}}
    unlimited = {"Channel": "VOICE", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 0}}

    first, second, third = searched(
        [
            {"Id": "1", "AfterContactWorkConfigs": [unknown]},
            {"Id": "2", "AfterContactWorkConfigs": [unlimited]},
            {"Id": "3"},
        ]
    )

    assert work(first) is UNSET
    assert work(second) == (
        manifest.AfterContactWorkPerChannel(
            channel="VOICE", after_contact_work_config=manifest.AfterContactWork(after_contact_work_time_limit=0)
        ),
    )
    assert work(third) == ()


def test_a_legacy_limit_of_unknown_unit_is_left_out() -> None:
    users = [
        {"Id": str(n), "PhoneConfig": {"PhoneType": "SOFT_PHONE", "AfterContactWorkTimeLimit": n}}
        for n in (30, 3_600_000)
    ]

    for found in searched(users):
        assert found.phone_config == manifest.PhoneConfig(phone_type="SOFT_PHONE")


def test_list_users() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    line = {"Id": "u-1", "Arn": f"{ARN}/agent/u-1", "Username": "a"}
    stamped = UserSummary(user_id="u-1", arn=f"{ARN}/agent/u-1", username="a", last_modified=1767323045.0)

    assert shapes.listed({**line, "LastModifiedTime": moment}) == stamped
    assert shapes.listed({**line, "LastModifiedTime": 1767323045}) == stamped
    assert shapes.listed(line) == msgspec.structs.replace(stamped, last_modified=None)


def test_proficiencies_are_sorted_by_attribute_and_value() -> None:
    raw = [("Lang", "en", 5.0), ("Area", "x", 1.0), ("Lang", "de", 3.0)]
    answer = {"UserProficiencyList": [{"AttributeName": a, "AttributeValue": v, "Level": n} for a, v, n in raw]}

    found = shapes.proficiencies(answer)

    assert [(p.attribute_name, p.attribute_value, p.level) for p in found] == sorted(raw)


def group(name: str, identifier: str) -> dict[str, str]:
    return {"Id": identifier, "Arn": f"{ARN}/agent-group/{identifier}", "Name": name}


PATHS = [
    ("ends with itself", {"LevelOne": group("EMEA", "g-1"), "LevelTwo": group("Berlin", "g-2")}),
    ("ends with the parent", {"LevelOne": group("EMEA", "g-1")}),
    ("in any order of members", {"LevelTwo": group("Berlin", "g-2"), "LevelOne": group("EMEA", "g-1")}),
]


@pytest.mark.parametrize(("reason", "path"), PATHS, ids=[row[0] for row in PATHS])
def test_a_hierarchy_path_goes_from_the_root_to_the_group_itself(reason: str, path: dict[str, Any]) -> None:
    raw = {**group("Berlin", "g-2"), "HierarchyPath": path}

    assert shapes.hierarchy_groups([raw]) == (Entry("g-2", "Berlin", ("EMEA", "Berlin")),), reason


def test_a_hierarchy_group_without_a_path_is_a_root() -> None:
    assert shapes.hierarchy_groups([group("EMEA", "g-1")]) == (Entry("g-1", "EMEA", ("EMEA",)),)


def test_a_child_that_has_its_parents_name_is_not_taken_for_it() -> None:
    raw = {**group("EMEA", "g-2"), "HierarchyPath": {"LevelOne": group("EMEA", "g-1")}}

    assert shapes.hierarchy_groups([raw]) == (Entry("g-2", "EMEA", ("EMEA", "EMEA")),)


def test_profiles() -> None:
    assert shapes.named([group("Basic", "rp-1")]) == (Entry("rp-1", "Basic"),)


@pytest.mark.parametrize(
    "member",
    [
        {"PhoneConfig": {"AutoAccept": "yes"}},
        {"AutoAcceptConfigs": [{"Channel": "VOICE"}]},
        {"VoiceEnhancementConfigs": [{"VoiceEnhancementMode": "NONE"}]},
    ],
)
def test_members_of_another_type_are_an_error_and_no_guess(member: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        shapes.described({"User": a_full_user(**member)})
