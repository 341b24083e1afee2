"""The value of a section in short: what is an edit of it, and what is left out of a user where it is left alone."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from connect_operator.domain.connect.user import DesiredUser, ObservedUser
from connect_operator.domain.kinds.spec import UNSET, ConnectUserSpec
from connect_operator.domain.plan.plan import plan
from connect_operator.domain.plan.sections import DEFAULT_TAGS, SECTIONS, TAGS, by_section, digests, without

ARN = "arn:aws:connect:us-east-1:123456789012:instance/i-1"


def short(**spec: Any) -> dict[str, str]:  # noqa: ANN401 - any member of a manifest
    return digests(msgspec.convert(spec, ConnectUserSpec), {}, "uid/u-1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"routingProfileId": "rp-1"}, {"routingProfileId": f"{ARN}/routing-profile/rp-1"}, True),
        ({"routingProfileId": "rp-1"}, {"routingProfileId": "rp-2"}, False),
        ({"routingProfileId": "rp-1"}, {"routingProfileName": "rp-1"}, False),
        ({"securityProfileIds": ["a", "b"]}, {"securityProfileIds": ["b", "a"]}, True),
        ({"securityProfileNames": ["a", "b"]}, {"securityProfileNames": ["a"]}, False),
        ({"hierarchyGroupId": ""}, {"hierarchyGroupPath": ""}, True),
        ({"hierarchyGroupPath": "A/B"}, {"hierarchyGroupPath": ""}, False),
        ({"identityInfo": {"firstName": "Zoe\u0308"}}, {"identityInfo": {"firstName": "Zo\u00eb"}}, True),
        ({"identityInfo": {"email": ""}}, {"identityInfo": {"mobile": ""}}, False),
        ({"tags": {"a": "1", "b": "2"}}, {"tags": {"b": "2", "a": "1"}}, True),
        ({"tags": {}}, {"tags": {"a": ""}}, False),
        (
            {"proficiencies": [{"attributeName": n, "attributeValue": "x", "level": 1} for n in "ab"]},
            {"proficiencies": [{"attributeName": n, "attributeValue": "x", "level": 1} for n in "ba"]},
            True,
        ),
        ({"phoneConfig": {"autoAccept": True}}, {"phoneConfig": {"autoAccept": False}}, False),
    ],
)
def test_what_is_another_value(one: dict[str, Any], other: dict[str, Any], *, same: bool) -> None:
    assert (short(**one) == short(**other)) is same


def test_what_the_manifest_does_not_have_has_no_value_and_an_empty_one_has() -> None:
    assert short() == {}
    assert short(identityInfo={}) == {}
    assert set(short(tags={}, proficiencies=[], hierarchyGroupId="")) == {"tags", "proficiencies", "hierarchyGroup"}


def test_a_value_is_that_of_one_object_and_one_user() -> None:
    spec = ConnectUserSpec(routing_profile_id="rp-1")
    assert digests(spec, {}, "uid/u-1") != digests(spec, {}, "uid/u-2")


DESIRED = DesiredUser(
    username="jdoe",
    routing_profile_id="rp-1",
    security_profile_ids=("sp-1",),
    hierarchy_group_id="hg-1",
    proficiencies=(),
    tags={"team": "a"},
    default_tags={"cost": "1", "team": "default"},
)
OBSERVED = ObservedUser(
    user_id="u-1", arn="", username="jdoe", proficiencies=(), tags={"team": "b", "cost": "2", "more": "c"}
)


def test_every_change_has_its_section() -> None:
    found = {section for section, _ in by_section(plan(DESIRED, OBSERVED).calls, {"team"})}
    assert found == {"routingProfile", "securityProfiles", "hierarchyGroup", TAGS, DEFAULT_TAGS}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_that_is_left_alone_makes_no_difference(section: str) -> None:
    left = plan(without(DESIRED, {section}), OBSERVED).calls
    assert section not in {each for each, _ in by_section(left, {"team"})}


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        (set(), ["tags[team]: b -> a", "tags[cost]: 2 -> 1", "tags[more]: c -> (none)"]),
        ({TAGS}, ["tags[cost]: 2 -> 1"]),
        ({TAGS, DEFAULT_TAGS}, []),
    ],
)
def test_the_instances_tags_are_a_section_of_their_own(sections: set[str], expected: list[str]) -> None:
    found = [str(each) for each in plan(without(DESIRED, sections), OBSERVED).changes if each.field.startswith("tags")]
    assert sorted(found) == sorted(expected)


def test_an_unmanaged_user_is_none_the_less_left_the_instances_tags() -> None:
    left = without(msgspec.structs.replace(DESIRED, tags=UNSET), {DEFAULT_TAGS})
    assert left.default_tags == {}
