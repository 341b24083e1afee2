"""SearchUsers: what it shows and hides, units, criteria and filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import DEFAULT_INSTANCE, SimControl

Client = Any
Json = dict[str, Any]


def _string(field: str, value: str, comparison: str = "EXACT") -> Json:
    return {"StringCondition": {"FieldName": field, "Value": value, "ComparisonType": comparison}}


def _number(comparison: str, low: int | None = None, high: int | None = None) -> Json:
    bounds = {name: bound for name, bound in (("MinValue", low), ("MaxValue", high)) if bound is not None}
    return {"NumberCondition": {"FieldName": "limit", "ComparisonType": comparison, **bounds}}


def _proficiency(*conditions: Json) -> Json:
    return {"ListCondition": {"TargetListType": "PROFICIENCIES", "Conditions": list(conditions)}}


def _tag(key: str, value: str | None = None) -> Json:
    return {"TagKey": key} if value is None else {"TagKey": key, "TagValue": value}


@pytest.fixture
def people(control: SimControl) -> dict[str, Json]:
    """Four users who differ in everything that can be searched for."""
    skill = {"attributeName": "Skill", "attributeValue": "Billing"}
    control.add_users(
        [
            {
                "username": "ann",
                "identityInfo": {"firstName": "Ann", "lastName": "Lee"},
                "tags": {"team": "red", "shift": "early"},
                "hierarchyGroupPath": "EMEA/Berlin/Team A",
                "proficiencies": [{**skill, "level": 5}],
            },
            {
                "username": "anna",
                "identityInfo": {"firstName": "Anna", "lastName": "Roe"},
                "tags": {"team": "red"},
                "hierarchyGroupPath": "EMEA/Berlin",
                "proficiencies": [{**skill, "level": 2}],
            },
            {
                "username": "bob",
                "identityInfo": {"firstName": "Bob", "lastName": "Lee"},
                "tags": {"team": "blue"},
                "hierarchyGroupPath": "EMEA/London",
                "securityProfileNames": ["Admin", "Agent"],
            },
            {"username": "Cy", "routingProfileName": "Priority Routing Profile", "hierarchyGroupPath": "AMER"},
        ]
    )
    return {user["Username"]: user for user in control.users()}


def _found(connect: Client, **params: Any) -> set[str]:  # noqa: ANN401 - SearchUsers' parameters
    page = connect.search_users(InstanceId=DEFAULT_INSTANCE, **params)
    assert page["ApproximateTotalCount"] == len(page["Users"])
    return {user["Username"] for user in page["Users"]}


def test_what_it_shows_and_what_only_describe_shows(connect: Client, a_user: Callable[..., Json]) -> None:
    identity = {
        "FirstName": "Ann",
        "LastName": "Lee",
        "Email": "a@example.com",
        "SecondaryEmail": "b@example.com",
        "Mobile": "+15550100",
    }
    connect.create_user(**a_user(IdentityInfo=identity, Tags={"a": "b"}))
    [user] = connect.search_users(InstanceId=DEFAULT_INSTANCE)["Users"]
    assert user["IdentityInfo"] == {"FirstName": "Ann", "LastName": "Lee"}
    assert user["Tags"] == {"a": "b"}
    assert "LastModifiedTime" not in user
    assert "LastModifiedRegion" not in user


def test_after_contact_work_is_in_milliseconds_here_only(connect: Client, a_user: Callable[..., Json]) -> None:
    params = a_user(PhoneConfig={"PhoneType": "SOFT_PHONE", "AfterContactWorkTimeLimit": 30})
    created = connect.create_user(**params)
    [found] = connect.search_users(InstanceId=DEFAULT_INSTANCE)["Users"]
    described = connect.describe_user(InstanceId=DEFAULT_INSTANCE, UserId=created["UserId"])["User"]
    assert found["PhoneConfig"]["AfterContactWorkTimeLimit"] == 30_000
    assert described["PhoneConfig"]["AfterContactWorkTimeLimit"] == 30
    limits = {item["AfterContactWorkConfig"]["AfterContactWorkTimeLimit"] for item in found["AfterContactWorkConfigs"]}
    assert limits == {30_000}


CRITERIA: list[tuple[str, Json, set[str]]] = [
    ("an exact name", _string("Username", "ann"), {"ann"}),
    ("an exact name in another case", _string("Username", "ANN"), set()),
    ("the start of a name", _string("Username", "ann", "STARTS_WITH"), {"ann", "anna"}),
    ("a part of a name", _string("Username", "nn", "CONTAINS"), {"ann", "anna"}),
    ("a first name", _string("FirstName", "Bob"), {"bob"}),
    ("a last name", _string("LastName", "Lee"), {"ann", "bob"}),
    (
        "either of two",
        {"OrConditions": [_string("Username", "Cy"), _string("LastName", "Roe")]},
        {"Cy", "anna"},
    ),
    (
        "both of two",
        {"AndConditions": [_string("LastName", "Lee"), _string("Username", "a", "STARTS_WITH")]},
        {"ann"},
    ),
    (
        "nested",
        {
            "AndConditions": [
                {"OrConditions": [_string("Username", "ann"), _string("Username", "bob")]},
                _string("FirstName", "Bob"),
            ]
        },
        {"bob"},
    ),
    ("a proficiency by name", _proficiency(_string("name", "Skill")), {"ann", "anna"}),
    ("a proficiency at a level", _proficiency(_string("value", "Billing"), _number("GREATER_OR_EQUAL", 3)), {"ann"}),
    ("a proficiency below a level", _proficiency(_string("name", "Skill"), _number("LESSER", None, 5)), {"anna"}),
    ("a range of levels", _proficiency(_number("RANGE", 2, 5)), {"ann", "anna"}),
    ("nothing at all", {}, {"ann", "anna", "bob", "Cy"}),
]


@pytest.mark.parametrize(("reason", "criteria", "wanted"), CRITERIA, ids=[case[0] for case in CRITERIA])
@pytest.mark.usefixtures("people")
def test_criteria(reason: str, criteria: Json, wanted: set[str], connect: Client) -> None:
    assert _found(connect, SearchCriteria=criteria) == wanted, reason


def test_criteria_on_references(connect: Client, people: dict[str, Json]) -> None:
    [admin] = set(people["bob"]["SecurityProfileIds"]) - set(people["ann"]["SecurityProfileIds"])
    assert _found(connect, SearchCriteria=_string("SecurityProfileId", admin)) == {"bob"}
    assert _found(connect, SearchCriteria=_string("RoutingProfileId", people["Cy"]["RoutingProfileId"])) == {"Cy"}
    assert _found(connect, SearchCriteria=_string("resourceId", people["ann"]["Id"])) == {"ann"}


def test_hierarchy_with_and_without_children(connect: Client, people: dict[str, Json], control: SimControl) -> None:
    berlin = people["anna"]["HierarchyGroupId"]
    [emea] = [group["arn"] for group in control.records("hierarchy-groups") if group["name"] == "EMEA"]
    for value, match, wanted in [
        (berlin, "EXACT", {"anna"}),
        (berlin, "WITH_CHILD_GROUPS", {"ann", "anna"}),
        (emea, "WITH_CHILD_GROUPS", {"ann", "anna", "bob"}),
    ]:
        condition = {"HierarchyGroupCondition": {"Value": value, "HierarchyGroupMatchType": match}}
        assert _found(connect, SearchCriteria=condition) == wanted
        assert _found(connect, SearchFilter={"UserAttributeFilter": condition}) == wanted


FILTERS: list[tuple[str, Json, set[str]]] = [
    ("a tag", {"TagFilter": {"TagCondition": _tag("team", "red")}}, {"ann", "anna"}),
    ("a tag's key", {"TagFilter": {"TagCondition": _tag("shift")}}, {"ann"}),
    ("two tags", {"TagFilter": {"AndConditions": [_tag("team", "red"), _tag("shift", "early")]}}, {"ann"}),
    (
        "one of two groups of tags",
        {"TagFilter": {"OrConditions": [[_tag("team", "blue")], [_tag("shift", "early"), _tag("team", "red")]]}},
        {"ann", "bob"},
    ),
    ("an attribute's tag", {"UserAttributeFilter": {"TagCondition": _tag("team", "blue")}}, {"bob"}),
    (
        "attributes combined",
        {"UserAttributeFilter": {"AndCondition": {"TagConditions": [_tag("team", "red"), _tag("shift", "early")]}}},
        {"ann"},
    ),
    (
        "attributes in turn",
        {"UserAttributeFilter": {"OrConditions": [{"TagConditions": [_tag("team", t)]} for t in ("red", "blue")]}},
        {"ann", "anna", "bob"},
    ),
]


@pytest.mark.parametrize(("reason", "search_filter", "wanted"), FILTERS, ids=[case[0] for case in FILTERS])
@pytest.mark.usefixtures("people")
def test_filters(reason: str, search_filter: Json, wanted: set[str], connect: Client) -> None:
    assert _found(connect, SearchFilter=search_filter) == wanted, reason


@pytest.mark.usefixtures("people")
def test_criteria_and_filter_both_hold(connect: Client) -> None:
    tags = {"TagFilter": {"TagCondition": _tag("team", "red")}}
    assert _found(connect, SearchFilter=tags, SearchCriteria=_string("LastName", "Lee")) == {"ann"}


PARAMETER = "InvalidParameterException"
REFUSALS: list[tuple[str, Json, str]] = [
    (
        "both filters",
        {
            "SearchFilter": {
                "TagFilter": {"TagCondition": _tag("a")},
                "UserAttributeFilter": {"TagCondition": _tag("a")},
            }
        },
        "AccessDeniedException",
    ),
    ("e-mail addresses cannot be searched", {"SearchCriteria": _string("Email", "a@example.com")}, PARAMETER),
    ("the field of other searches", {"SearchCriteria": _string("resourceID", "x")}, PARAMETER),
    ("CONTAINS with one character", {"SearchCriteria": _string("Username", "a", "CONTAINS")}, PARAMETER),
    ("CONTAINS with 26", {"SearchCriteria": _string("Username", "a" * 26, "CONTAINS")}, PARAMETER),
    ("an unknown comparison", {"SearchCriteria": _string("Username", "a", "LIKE")}, PARAMETER),
    ("a condition without a value", {"SearchCriteria": {"StringCondition": {"FieldName": "Username"}}}, PARAMETER),
]


@pytest.mark.parametrize(("reason", "params", "code"), REFUSALS, ids=[case[0] for case in REFUSALS])
def test_refusals(reason: str, params: Json, code: str, connect: Client, refusal: Callable[..., Json]) -> None:
    assert refusal(connect.search_users, InstanceId=DEFAULT_INSTANCE, **params)["code"] == code, reason
