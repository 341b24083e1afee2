"""Listing and describing of users and instances; pages and their tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import (
    DEFAULT_INSTANCE,
    DIRECTORY_INSTANCE,
    OTHER_ACCOUNT_INSTANCE,
    SAML_INSTANCE,
    SimControl,
)
from connect_sim.server.clock import ManualClock
from connect_sim.thread import SimThread

Client = Any
Json = dict[str, Any]
DAY = 24 * 3600


def _add(control: SimControl, count: int) -> set[str]:
    return {user["Id"] for user in control.add_users({"Username": f"user{n}"} for n in range(count))}


def test_list_users_shows_summaries_only(connect: Client, ann: Json) -> None:
    [summary] = connect.list_users(InstanceId=ann["InstanceId"])["UserSummaryList"]
    assert sorted(summary) == ["Arn", "Id", "LastModifiedRegion", "LastModifiedTime", "Username"]


PAGED = ["list_users", "search_users"]


@pytest.mark.parametrize("operation", PAGED)
def test_pages_hold_every_user_once(operation: str, connect: Client, control: SimControl) -> None:
    wanted = _add(control, 25)
    pages = list(
        connect.get_paginator(operation).paginate(InstanceId=DEFAULT_INSTANCE, PaginationConfig={"PageSize": 10})
    )
    found = [user["Id"] for page in pages for user in page.get("UserSummaryList", page.get("Users"))]
    assert [len(page.get("UserSummaryList", page.get("Users"))) for page in pages] == [10, 10, 5]
    assert len(found) == 25
    assert set(found) == wanted


@pytest.mark.parametrize("operation", PAGED)
def test_the_default_page_has_a_hundred(operation: str, connect: Client, control: SimControl) -> None:
    _add(control, 101)
    page = getattr(connect, operation)(InstanceId=DEFAULT_INSTANCE)
    assert len(page.get("UserSummaryList", page.get("Users"))) == 100
    assert page["NextToken"]


def test_a_full_last_page_has_no_token(connect: Client, control: SimControl) -> None:
    _add(control, 10)
    assert "NextToken" not in connect.list_users(InstanceId=DEFAULT_INSTANCE, MaxResults=10)


def test_tokens_are_never_the_same_twice(connect: Client, control: SimControl) -> None:
    _add(control, 4)
    pages = connect.get_paginator("list_users").paginate(InstanceId=DEFAULT_INSTANCE, PaginationConfig={"PageSize": 1})
    tokens = [page.get("NextToken") for page in pages]
    assert len(set(tokens)) == len(tokens) == 4


def test_users_deleted_and_created_between_pages_disturb_nobody_else(connect: Client, control: SimControl) -> None:
    wanted = _add(control, 20)
    first = connect.list_users(InstanceId=DEFAULT_INSTANCE, MaxResults=10)
    seen = {user["Id"] for user in first["UserSummaryList"]}
    control.delete_user(min(seen))
    control.add_users({"Username": f"late{n}"} for n in range(5))
    second = connect.list_users(InstanceId=DEFAULT_INSTANCE, MaxResults=100, NextToken=first["NextToken"])
    assert wanted <= seen | {user["Id"] for user in second["UserSummaryList"]}


@pytest.mark.parametrize(
    ("operation", "maximum"),
    [
        ("list_users", 1000),
        ("list_routing_profiles", 1000),
        ("list_security_profiles", 1000),
        ("list_user_hierarchy_groups", 1000),
        ("search_users", 500),
        ("search_routing_profiles", 500),
        ("search_security_profiles", 100),
        ("search_user_hierarchy_groups", 100),
    ],
)
def test_page_sizes_are_bounded(operation: str, maximum: int, connect: Client, refusal: Callable[..., Json]) -> None:
    getattr(connect, operation)(InstanceId=DEFAULT_INSTANCE, MaxResults=maximum)
    found = refusal(getattr(connect, operation), InstanceId=DEFAULT_INSTANCE, MaxResults=maximum + 1)
    assert found["code"] == "InvalidParameterException"


def test_tokens_expire_after_a_day(
    connect: Client, control: SimControl, clock: ManualClock, refusal: Callable[..., Json]
) -> None:
    _add(control, 2)
    token = connect.list_users(InstanceId=DEFAULT_INSTANCE, MaxResults=1)["NextToken"]
    clock.advance(DAY)
    connect.list_users(InstanceId=DEFAULT_INSTANCE, MaxResults=1, NextToken=token)
    clock.advance(1)
    found = refusal(connect.list_users, InstanceId=DEFAULT_INSTANCE, MaxResults=1, NextToken=token)
    assert (found["code"], found["status"]) == ("InvalidToken", 400)


def test_tokens_belong_to_one_call(connect: Client, control: SimControl, refusal: Callable[..., Json]) -> None:
    _add(control, 3)
    token = connect.list_users(InstanceId=DEFAULT_INSTANCE, MaxResults=1)["NextToken"]
    for operation, params in [
        (connect.list_users, {"InstanceId": SAML_INSTANCE, "NextToken": token}),
        (connect.search_users, {"InstanceId": DEFAULT_INSTANCE, "NextToken": token}),
        (connect.list_users, {"InstanceId": DEFAULT_INSTANCE, "NextToken": token[:-4] + "AAAA"}),
        (connect.list_users, {"InstanceId": DEFAULT_INSTANCE, "NextToken": "nonsense"}),
    ]:
        assert refusal(operation, **params)["code"] == "InvalidToken"


def test_describe_instance_tells_the_identity_type(connect: Client) -> None:
    found = {
        instance: connect.describe_instance(InstanceId=instance)["Instance"]["IdentityManagementType"]
        for instance in (DEFAULT_INSTANCE, SAML_INSTANCE, DIRECTORY_INSTANCE)
    }
    assert list(found.values()) == ["CONNECT_MANAGED", "SAML", "EXISTING_DIRECTORY"]


def test_describe_instance_tells_why_creation_failed(connect: Client, control: SimControl) -> None:
    control.edit_instance(status="CREATION_FAILED", statusReason="no directory")
    instance = connect.describe_instance(InstanceId=DEFAULT_INSTANCE)["Instance"]
    assert (instance["InstanceStatus"], instance["StatusReason"]) == ("CREATION_FAILED", {"Message": "no directory"})


def test_instances_are_those_of_the_account_and_region(
    connect: Client,
    client_for: Callable[..., Client],
    sim: SimThread,
    refusal: Callable[..., Json],
) -> None:
    other = client_for(
        sim.url, region="eu-central-1", aws_access_key_id="SIMULATEDACCESSKEY02", aws_secret_access_key="x"
    )
    assert len(connect.list_instances()["InstanceSummaryList"]) == 3
    [summary] = other.list_instances()["InstanceSummaryList"]
    assert summary["Id"] == OTHER_ACCOUNT_INSTANCE
    assert "Tags" not in summary
    assert refusal(connect.describe_instance, InstanceId=OTHER_ACCOUNT_INSTANCE)["code"] == "ResourceNotFoundException"
    assert refusal(connect.describe_instance, InstanceId=summary["Arn"])["code"] == "AccessDeniedException"
    assert refusal(connect.describe_instance, InstanceId=f"{summary['Arn']}/agent/x")["status"] == 400


def test_list_instances_pages_by_ten(connect: Client, control: SimControl, refusal: Callable[..., Json]) -> None:
    for _ in range(9):
        control.add_instance()
    pages = list(connect.get_paginator("list_instances").paginate())
    assert [len(page["InstanceSummaryList"]) for page in pages] == [10, 2]
    assert refusal(connect.list_instances, MaxResults=11)["code"] == "InvalidParameterException"
