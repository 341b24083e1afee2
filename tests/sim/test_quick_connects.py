"""Quick connects: listed, searched, described, deleted; and those that dangle after a user was deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import DEFAULT_INSTANCE, SAML_INSTANCE, SimControl

Client = Any
Json = dict[str, Any]
HERE = {"InstanceId": DEFAULT_INSTANCE}


@pytest.fixture
def of_ann(ann: Json, control: SimControl) -> Json:
    """A quick connect that leads to Ann."""
    assert ann
    return control.add_record("quick-connects", name="Ann at her desk", target="ann", tags={"team": "a"})


def test_it_says_where_it_leads(connect: Client, ann: Json, of_ann: Json) -> None:
    for value in (of_ann["id"], of_ann["arn"]):
        found = connect.describe_quick_connect(**HERE, QuickConnectId=value)["QuickConnect"]
        assert found["QuickConnectConfig"]["QuickConnectType"] == "USER"
        assert found["QuickConnectConfig"]["UserConfig"]["UserId"] == ann["UserId"]
        assert found["QuickConnectARN"] == of_ann["arn"]
        assert "/transfer-destination/" in found["QuickConnectARN"]
        assert found["Tags"] == {"team": "a"}


def test_the_list_says_the_type_only_and_can_be_narrowed(connect: Client, of_ann: Json, control: SimControl) -> None:
    control.add_record("quick-connects", name="Front desk", type="PHONE_NUMBER", target="+493012345678")
    control.add_record("quick-connects", name="Billing", type="QUEUE", target="queue-1")
    listed = connect.list_quick_connects(**HERE)["QuickConnectSummaryList"]
    assert {item["Name"]: item["QuickConnectType"] for item in listed} == {
        "Ann at her desk": "USER",
        "Front desk": "PHONE_NUMBER",
        "Billing": "QUEUE",
    }
    assert "QuickConnectConfig" not in listed[0]
    [only] = connect.list_quick_connects(**HERE, QuickConnectTypes=["USER"])["QuickConnectSummaryList"]
    assert only["Id"] == of_ann["id"]
    many = connect.list_quick_connects(**HERE, QuickConnectTypes=["USER", "QUEUE"])["QuickConnectSummaryList"]
    assert len(many) == 2


def test_a_search_returns_whole_quick_connects_in_pages(connect: Client, ann: Json, control: SimControl) -> None:
    for number in range(7):
        control.add_record("quick-connects", name=f"q{number}", target=ann["UserId"], description="x" * (number + 1))
    pages = connect.get_paginator("search_quick_connects").paginate(**HERE, PaginationConfig={"PageSize": 3})
    found = [page["QuickConnects"] for page in pages]
    assert [len(page) for page in found] == [3, 3, 1]
    assert {item["QuickConnectConfig"]["UserConfig"]["UserId"] for page in found for item in page} == {ann["UserId"]}
    condition = {"FieldName": "name", "Value": "q3", "ComparisonType": "EXACT"}
    answer = connect.search_quick_connects(**HERE, SearchCriteria={"StringCondition": condition})
    assert [item["Name"] for item in answer["QuickConnects"]] == ["q3"]
    assert answer["ApproximateTotalCount"] == 1


def test_a_search_can_be_filtered_by_tag(connect: Client, of_ann: Json, control: SimControl) -> None:
    control.add_record("quick-connects", name="other", target="x")
    tag = {"TagFilter": {"TagCondition": {"TagKey": "team", "TagValue": "a"}}}
    [found] = connect.search_quick_connects(**HERE, SearchFilter=tag)["QuickConnects"]
    assert found["QuickConnectId"] == of_ann["id"]


def test_it_dangles_after_its_user_is_gone_until_it_is_deleted(
    connect: Client, ann: Json, of_ann: Json, control: SimControl, refusal: Callable[..., Json]
) -> None:
    connect.delete_user(**ann)
    [dangling] = connect.search_quick_connects(**HERE)["QuickConnects"]
    assert dangling["QuickConnectConfig"]["UserConfig"]["UserId"] == ann["UserId"]
    connect.delete_quick_connect(**HERE, QuickConnectId=of_ann["id"])
    assert control.records("quick-connects") == []
    [entry] = control.journal(operation="DeleteQuickConnect")
    assert entry.committed
    again = refusal(connect.delete_quick_connect, **HERE, QuickConnectId=of_ann["id"])
    assert again["code"] == "ResourceNotFoundException"


def test_one_of_another_instance_is_not_found(
    connect: Client, control: SimControl, refusal: Callable[..., Json]
) -> None:
    elsewhere = control.add_record("quick-connects", SAML_INSTANCE, name="a", target="b")
    for value in (elsewhere["id"], elsewhere["arn"]):
        found = refusal(connect.describe_quick_connect, **HERE, QuickConnectId=value)
        assert found["code"] == "ResourceNotFoundException"


def test_iam_may_forbid_single_ones(
    connect: Client, of_ann: Json, control: SimControl, refusal: Callable[..., Json]
) -> None:
    control.fault("deny", "DeleteQuickConnect", times=None, resource=of_ann["arn"])
    assert refusal(connect.delete_quick_connect, **HERE, QuickConnectId=of_ann["id"])["status"] == 403


def test_a_seed_can_hold_them(control: SimControl) -> None:
    made = control.add_instance(users=[{"username": "bea"}], quickConnects=[{"name": "Bea", "target": "bea"}])
    [user] = control.users(made["id"])
    [found] = control.records("quick-connects", made["id"])
    assert found["target"] == user["Id"]
