"""The four proficiency operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import SimControl
from connect_sim.server.clock import ManualClock

Client = Any
Json = dict[str, Any]


def _item(name: str, value: str, level: float | None = None) -> Json:
    item: Json = {"AttributeName": name, "AttributeValue": value}
    return item if level is None else {**item, "Level": level}


ENGLISH, GERMAN = _item("Language", "English", 3), _item("Language", "German", 5)


def _listed(connect: Client, ann: Json) -> list[Json]:
    found: list[Json] = connect.list_user_proficiencies(**ann)["UserProficiencyList"]
    return found


def test_one_attribute_with_two_values_is_two_proficiencies(connect: Client, ann: Json) -> None:
    connect.associate_user_proficiencies(**ann, UserProficiencies=[ENGLISH])
    connect.associate_user_proficiencies(**ann, UserProficiencies=[GERMAN])
    assert _listed(connect, ann) == [ENGLISH, GERMAN]


def test_update_sets_the_level_and_disassociate_removes_the_pair(connect: Client, ann: Json) -> None:
    connect.associate_user_proficiencies(**ann, UserProficiencies=[ENGLISH, GERMAN])
    connect.update_user_proficiencies(**ann, UserProficiencies=[{**ENGLISH, "Level": 1}])
    connect.disassociate_user_proficiencies(**ann, UserProficiencies=[_item("Language", "German")])
    assert _listed(connect, ann) == [{**ENGLISH, "Level": 1.0}]


def test_list_pages(connect: Client, ann: Json) -> None:
    items = [ENGLISH, GERMAN, _item("Skill", "Billing", 2)]
    connect.associate_user_proficiencies(**ann, UserProficiencies=items)
    pages = connect.get_paginator("list_user_proficiencies").paginate(**ann, PaginationConfig={"PageSize": 1})
    assert [page["UserProficiencyList"] for page in pages] == [[item] for item in items]


def test_they_have_a_modification_time_of_their_own(connect: Client, ann: Json, clock: ManualClock) -> None:
    before = connect.describe_user(**ann)["User"]["LastModifiedTime"]
    clock.advance(9)
    connect.associate_user_proficiencies(**ann, UserProficiencies=[ENGLISH])
    assert connect.describe_user(**ann)["User"]["LastModifiedTime"] == before
    listed = connect.list_user_proficiencies(**ann)
    assert (listed["LastModifiedTime"] - before).total_seconds() == 9
    assert listed["LastModifiedRegion"] == "us-east-1"


PARAMETER, MISSING = "InvalidParameterException", "ResourceNotFoundException"
CASES: list[tuple[str, str, list[Json], str]] = [
    ("a level between two", "associate", [_item("Language", "English", 2.5)], PARAMETER),
    ("a level above five", "associate", [_item("Language", "English", 6)], PARAMETER),
    ("a value that is not predefined", "associate", [_item("Language", "Latin", 1)], MISSING),
    ("an attribute that is not predefined", "associate", [_item("Mood", "Good", 1)], MISSING),
    ("the right name in the wrong case", "associate", [_item("language", "English", 1)], MISSING),
    ("one pair twice", "associate", [ENGLISH, ENGLISH], PARAMETER),
    ("a name of 101 characters", "associate", [_item("x" * 101, "English", 1)], PARAMETER),
    ("update of a pair the user lacks", "update", [ENGLISH], MISSING),
    ("disassociate of a pair the user lacks", "disassociate", [_item("Language", "English")], MISSING),
]


@pytest.mark.parametrize(("reason", "verb", "items", "code"), CASES, ids=[case[0] for case in CASES])
def test_refusals(  # noqa: PLR0913, PLR0917 - a case and three fixtures
    reason: str, verb: str, items: list[Json], code: str, connect: Client, ann: Json, refusal: Callable[..., Json]
) -> None:
    operation = getattr(connect, f"{verb}_user_proficiencies")
    assert refusal(operation, **ann, UserProficiencies=items)["code"] == code, reason
    assert _listed(connect, ann) == []


def test_ten_is_the_limit(connect: Client, ann: Json, refusal: Callable[..., Json], control: SimControl) -> None:
    control.add_record("predefined-attributes", name="N", values=[str(n) for n in range(11)])
    items = [_item("N", str(n), 1) for n in range(11)]
    connect.associate_user_proficiencies(**ann, UserProficiencies=items[:10])
    found = refusal(connect.associate_user_proficiencies, **ann, UserProficiencies=items[10:])
    assert found["code"] == "InvalidRequestException"
    assert len(_listed(connect, ann)) == 10
