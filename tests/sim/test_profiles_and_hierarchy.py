"""Listing, searching and describing of what users refer to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import DEFAULT_INSTANCE, SimControl

Client = Any
Json = dict[str, Any]


def _string(field: str, value: str, comparison: str = "EXACT") -> Json:
    return {"StringCondition": {"FieldName": field, "Value": value, "ComparisonType": comparison}}


def test_security_profiles_are_named_differently_by_list_and_search(connect: Client) -> None:
    listed = connect.list_security_profiles(InstanceId=DEFAULT_INSTANCE)["SecurityProfileSummaryList"]
    found = connect.search_security_profiles(InstanceId=DEFAULT_INSTANCE)["SecurityProfiles"]
    names = {"Admin", "Agent", "CallCenterManager", "QualityAnalyst"}
    assert {profile["Name"] for profile in listed} == {profile["SecurityProfileName"] for profile in found} == names
    assert {profile["Type"] for profile in listed} == {"AWS_MANAGED"}
    assert {profile["OrganizationResourceId"] for profile in found} == {DEFAULT_INSTANCE}
    assert "LastModifiedTime" not in found[0]


def test_search_of_routing_profiles_leaves_modification_out(connect: Client, ann: Json) -> None:
    criteria = _string("name", "Basic", "STARTS_WITH")
    page = connect.search_routing_profiles(InstanceId=DEFAULT_INSTANCE, SearchCriteria=criteria)
    [profile] = page["RoutingProfiles"]
    assert page["ApproximateTotalCount"] == 1
    assert profile["NumberOfAssociatedUsers"] == 1
    assert profile["IsDefault"] is True
    assert profile["RoutingProfileId"] == connect.describe_user(**ann)["User"]["RoutingProfileId"]
    assert "LastModifiedTime" not in profile
    listed = connect.list_routing_profiles(InstanceId=DEFAULT_INSTANCE)["RoutingProfileSummaryList"]
    assert all("LastModifiedTime" in item for item in listed)


def test_profiles_are_found_by_tag(connect: Client, control: SimControl) -> None:
    control.add_record("security-profiles", name="Tagged", tags={"team": "red"})
    tags = {"TagFilter": {"TagCondition": {"TagKey": "team", "TagValue": "red"}}}
    found = connect.search_security_profiles(InstanceId=DEFAULT_INSTANCE, SearchFilter=tags)["SecurityProfiles"]
    assert [profile["SecurityProfileName"] for profile in found] == ["Tagged"]


def _group(control: SimControl, name: str) -> Json:
    return next(group for group in control.records("hierarchy-groups") if group["name"] == name)


def test_a_group_is_described_with_its_path(connect: Client, control: SimControl) -> None:
    berlin = _group(control, "Berlin")
    [team] = [g for g in control.records("hierarchy-groups") if g["parentId"] == berlin["id"] and g["name"] == "Team A"]
    for key in (team["id"], team["arn"]):
        found = connect.describe_user_hierarchy_group(InstanceId=DEFAULT_INSTANCE, HierarchyGroupId=key)
        group = found["HierarchyGroup"]
        path = {level: item["Name"] for level, item in group["HierarchyPath"].items()}
        assert path == {"LevelOne": "EMEA", "LevelTwo": "Berlin", "LevelThree": "Team A"}
        assert group["LevelId"] == "3"


def test_names_repeat_and_searches_tell_them_apart(connect: Client, control: SimControl) -> None:
    listed = connect.list_user_hierarchy_groups(InstanceId=DEFAULT_INSTANCE)["UserHierarchyGroupSummaryList"]
    assert [group["Name"] for group in listed].count("Team A") == 2
    assert "HierarchyPath" not in listed[0]
    for criteria, names in [
        (_string("name", "Team A"), ["Team A", "Team A"]),
        (_string("parentId", _group(control, "London")["id"]), ["Team A"]),
        (_string("levelId", "1"), ["AMER", "EMEA"]),
        (_string("resourceID", _group(control, "Austin")["id"]), ["Austin"]),
    ]:
        page = connect.search_user_hierarchy_groups(InstanceId=DEFAULT_INSTANCE, SearchCriteria=criteria)
        assert sorted(group["Name"] for group in page["UserHierarchyGroups"]) == names


def test_groups_are_filtered_by_attribute(connect: Client, control: SimControl) -> None:
    control.add_record("hierarchy-groups", name="APAC", tags={"open": "yes"})
    attribute = {"AttributeFilter": {"TagCondition": {"TagKey": "open", "TagValue": "yes"}}}
    page = connect.search_user_hierarchy_groups(InstanceId=DEFAULT_INSTANCE, SearchFilter=attribute)
    assert [group["Name"] for group in page["UserHierarchyGroups"]] == ["APAC"]


@pytest.mark.parametrize(
    "operation", ["search_routing_profiles", "search_security_profiles", "search_user_hierarchy_groups"]
)
def test_unknown_search_fields_are_refused(operation: str, connect: Client, refusal: Callable[..., Json]) -> None:
    search = getattr(connect, operation)
    found = refusal(search, InstanceId=DEFAULT_INSTANCE, SearchCriteria=_string("resourceId", "x"))
    assert found["code"] == "InvalidParameterException"


def test_a_group_that_does_not_exist_is_not_found(connect: Client, refusal: Callable[..., Json]) -> None:
    found = refusal(connect.describe_user_hierarchy_group, InstanceId=DEFAULT_INSTANCE, HierarchyGroupId="none")
    assert found["code"] == "ResourceNotFoundException"
