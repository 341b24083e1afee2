"""Tag operations, on users and on what else carries tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import SimControl

Client = Any
Json = dict[str, Any]


@pytest.fixture
def arn(connect: Client, ann: Json) -> str:
    return str(connect.describe_user(**ann)["User"]["Arn"])


def _tags(connect: Client, arn: str) -> Json:
    found: Json = connect.list_tags_for_resource(resourceArn=arn)["tags"]
    return found


def test_tagging_merges_and_overwrites(connect: Client, arn: str) -> None:
    connect.tag_resource(resourceArn=arn, tags={"a": "1", "b": "1"})
    connect.tag_resource(resourceArn=arn, tags={"b": "2", "c/é k": ""})
    assert _tags(connect, arn) == {"a": "1", "b": "2", "c/é k": ""}


def test_keys_heed_case_and_untagging_takes_many(connect: Client, arn: str) -> None:
    connect.tag_resource(resourceArn=arn, tags={"a": "1", "A": "2", "c/é k": "3", "p+q": "4"})
    connect.untag_resource(resourceArn=arn, tagKeys=["a", "c/é k", "p+q", "absent"])
    assert _tags(connect, arn) == {"A": "2"}


def test_every_kind_that_carries_tags(connect: Client, control: SimControl) -> None:
    arns = [control.instances()[0]["arn"], control.records("contacts")[0]["arn"]]
    arns += [control.records(kind)[0]["arn"] for kind in ("routing-profiles", "security-profiles", "hierarchy-groups")]
    for arn in arns:
        connect.tag_resource(resourceArn=arn, tags={"k": arn[-20:]})
    assert [_tags(connect, arn) for arn in arns] == [{"k": arn[-20:]} for arn in arns]


def test_fifty_is_the_limit_over_several_calls(
    connect: Client, arn: str, refusal: Callable[..., Json], control: SimControl
) -> None:
    connect.tag_resource(resourceArn=arn, tags={str(n): "" for n in range(50)})
    connect.tag_resource(resourceArn=arn, tags={"0": "overwritten"})
    assert refusal(connect.tag_resource, resourceArn=arn, tags={"51": ""})["code"] == "InvalidRequestException"
    assert len(control.users()[0]["Tags"]) == 50


INSTANCE = "arn:aws:connect:us-east-1:111122223333:instance/5eed0000-0000-4000-8000-000000000001"
REFUSALS: list[tuple[str, str, Json, str]] = [
    ("not an ARN", "something", {"a": ""}, "InvalidParameterException"),
    ("a resource that carries no tags", f"{INSTANCE}/colour/red", {"a": ""}, "InvalidParameterException"),
    ("a user that does not exist", f"{INSTANCE}/agent/none", {"a": ""}, "ResourceNotFoundException"),
    (
        "another account",
        INSTANCE.replace("111122223333", "444455556666"),
        {"a": ""},
        "AccessDeniedException",
    ),
    ("another region", INSTANCE.replace("us-east-1", "eu-west-2"), {"a": ""}, "ResourceNotFoundException"),
    ("a reserved key", f"{INSTANCE}/agent/none", {"aws:x": ""}, "InvalidParameterException"),
]


@pytest.mark.parametrize(("reason", "arn", "tags", "code"), REFUSALS, ids=[case[0] for case in REFUSALS])
def test_refusals(reason: str, arn: str, tags: Json, code: str, connect: Client, refusal: Callable[..., Json]) -> None:
    assert refusal(connect.tag_resource, resourceArn=arn, tags=tags)["code"] == code, reason
