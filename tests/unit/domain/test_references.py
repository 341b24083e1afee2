"""References by id, ARN, name and path: what they stand for, and what is told when they stand for nothing or two."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.arn import bare_id, foreign_instance, parse_instance_arn, role_account
from connect_operator.domain.connect.references import CatalogKind, Entry, join_path, split_path
from connect_operator.domain.kinds.spec import ConnectUserSpec
from connect_operator.domain.plan.desired import Resolution, refers_by_name, resolve

ARN = "arn:aws:connect:us-east-1:123456789012:instance/i-1"
CATALOGS = {
    CatalogKind.ROUTING_PROFILE: (Entry("rp-1", "Basic"), Entry("rp-2", "Twin"), Entry("rp-3", "Twin")),
    CatalogKind.SECURITY_PROFILE: (Entry("sp-1", "Agent"), Entry("sp-2", "Admin")),
    CatalogKind.HIERARCHY_GROUP: (
        Entry("hg-1", "Berlin", ("EMEA", "Berlin")),
        Entry("hg-2", "A/B", ("EMEA", "A/B")),
        Entry("hg-3", "Berlin", ("AMER", "Berlin")),
    ),
}


def resolved(catalogs: Any = CATALOGS, **spec: Any) -> Resolution:  # noqa: ANN401 - catalogs and members of a manifest
    return resolve(msgspec.convert(spec, ConnectUserSpec), "jdoe", "i-1", catalogs)


class TestPaths:
    @given(st.lists(st.text(min_size=1), min_size=1, max_size=5).map(tuple))
    def test_round_trip(self, names: tuple[str, ...]) -> None:
        assert split_path(join_path(names)) == names

    @pytest.mark.parametrize(
        ("path", "names"),
        [
            ("EMEA", ("EMEA",)),
            ("EMEA/Berlin/Team A", ("EMEA", "Berlin", "Team A")),
            (r"EMEA/A\/B", ("EMEA", "A/B")),
            (r"EMEA/A\\B", ("EMEA", "A\\B")),
        ],
    )
    def test_split(self, path: str, names: tuple[str, ...]) -> None:
        assert split_path(path) == names


@pytest.mark.parametrize(
    ("reason", "spec", "member", "value"),
    [
        ("by id", {"routingProfileId": "rp-1"}, "routing_profile_id", "rp-1"),
        ("by ARN", {"routingProfileId": f"{ARN}/routing-profile/rp-1"}, "routing_profile_id", "rp-1"),
        ("by name", {"routingProfileName": "Basic"}, "routing_profile_id", "rp-1"),
        ("sets are sorted", {"securityProfileNames": ["Agent", "Admin"]}, "security_profile_ids", ("sp-1", "sp-2")),
        (
            "an id and its ARN are one",
            {"securityProfileIds": ["sp-1", f"{ARN}/security-profile/sp-1"]},
            "security_profile_ids",
            ("sp-1",),
        ),
        ("by path", {"hierarchyGroupPath": "EMEA/Berlin"}, "hierarchy_group_id", "hg-1"),
        ("by path with a slash", {"hierarchyGroupPath": r"EMEA/A\/B"}, "hierarchy_group_id", "hg-2"),
        ("no group by path", {"hierarchyGroupPath": ""}, "hierarchy_group_id", ""),
        ("no group by id", {"hierarchyGroupId": ""}, "hierarchy_group_id", ""),
        ("unmanaged", {}, "hierarchy_group_id", UNSET),
    ],
)
def test_resolved(reason: str, spec: dict[str, Any], member: str, value: object) -> None:
    found = resolved(**spec)
    assert getattr(found.desired, member) == value, reason
    assert found.unresolved == ()


@pytest.mark.parametrize(
    ("reason", "spec", "field", "why"),
    [
        ("names are case-sensitive", {"routingProfileName": "basic"}, "routingProfileName", Reason.REFERENCE_NOT_FOUND),
        ("two of that name", {"routingProfileName": "Twin"}, "routingProfileName", Reason.REFERENCE_AMBIGUOUS),
        ("an unknown id", {"routingProfileId": "rp-9"}, "routingProfileId", Reason.REFERENCE_NOT_FOUND),
        (
            "another instance's",
            {"routingProfileId": ARN.replace("i-1", "i-2") + "/routing-profile/rp-1"},
            "routingProfileId",
            Reason.REFERENCE_NOT_FOUND,
        ),
        ("a part of a path", {"hierarchyGroupPath": "Berlin"}, "hierarchyGroupPath", Reason.REFERENCE_NOT_FOUND),
        ("one of two", {"securityProfileNames": ["Agent", "x"]}, "securityProfileNames", Reason.REFERENCE_NOT_FOUND),
    ],
)
def test_unresolved(reason: str, spec: dict[str, Any], field: str, why: Reason) -> None:
    found = resolved(**spec)
    assert [(each.field, each.reason) for each in found.unresolved] == [(field, why)], reason
    assert found.unresolved[0].message.startswith(f"spec.{field}: ")
    assert found.desired.routing_profile_id is UNSET
    assert found.desired.security_profile_ids is UNSET, "a part of a set is not the set"


def test_two_of_a_name_are_told_with_their_ids() -> None:
    (problem,) = resolved(routingProfileName="Twin").unresolved
    assert "rp-2, rp-3" in problem.message


@pytest.mark.parametrize(
    ("names", "wanted", "says"),
    [
        (["Basic Routing Profile"], "basic routing profile", "'Basic Routing Profile'? It differs by upper and lower"),
        (["Basic Routing Profile"], "Basic  Routing\u00a0Profile ", "It differs by blanks only"),
        (['Ann\'s "A" - Team'], "Ann\u2019s \u201cA\u201d \u2013 team", "by case, blanks, quotes or dashes only"),
        (["Café"], "Cafe\u0301", "in its Unicode normal form only"),
        (["Agent"], "Agent\u200b", "did you mean 'Agent'?"),
        (["Basic Routing Profile", "Priority"], "Basic Rooting Profile", "did you mean 'Basic Routing Profile'?"),
        (["Agent", "Agents"], "agent", "did you mean 'Agent'? It"),
        (["Agent"], "Zebra", "create it in Connect or correct the name"),
        ([], "Agent", "create it in Connect or correct the name"),
    ],
)
def test_a_near_name_is_offered(names: list[str], wanted: str, says: str) -> None:
    catalog = tuple(Entry(f"rp-{number}", name) for number, name in enumerate(names))
    (problem,) = resolved({CatalogKind.ROUTING_PROFILE: catalog}, routingProfileName=wanted).unresolved
    assert says in problem.message


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("Support/24/7", r'did you mean Support/24\/7? Within a name "/" is written "\/"'),
        ("Support > EMEA", "did you mean 'Support/EMEA'? The names of a path have single slashes"),
        ("EMEA", "did you mean 'Support/EMEA'? A path begins at the top level"),
        ("support/emea", "did you mean 'Support/EMEA'? It differs by upper and lower case only"),
        ("Support/EMAE", "did you mean 'Support/EMEA'"),
        # As it is to be written: copied from here it is found.
        (r"Support/24\/8", r"did you mean 'Support/24\/7'"),
        (r"24\/7", r"did you mean 'Support/24\/7'? A path begins at the top level"),
        (r"Support/24\\/7", r"the instance has no hierarchy group 'Support/24\\/7'"),
        ("Sales", "create it in Connect or correct the name"),
    ],
)
def test_a_near_path_is_offered(path: str, says: str) -> None:
    paths = (("Support",), ("Support", "24/7"), ("Support", "EMEA"))
    catalog = tuple(Entry(f"hg-{number}", names[-1], names) for number, names in enumerate(paths))
    (problem,) = resolved({CatalogKind.HIERARCHY_GROUP: catalog}, hierarchyGroupPath=path).unresolved
    assert says in problem.message


def test_an_unlisted_catalog_lets_ids_pass_and_holds_names() -> None:
    assert resolved({}, routingProfileId="rp-9").desired.routing_profile_id == "rp-9"
    assert resolved({}, routingProfileName="Basic").desired.routing_profile_id is UNSET


@pytest.mark.parametrize(
    ("spec", "by_name"),
    [
        ({"routingProfileName": "x"}, True),
        ({"securityProfileNames": ["x"]}, True),
        ({"hierarchyGroupPath": "x"}, True),
        ({"hierarchyGroupPath": ""}, False),
        ({"routingProfileId": "x"}, False),
        ({}, False),
    ],
)
def test_who_refers_by_name(spec: dict[str, Any], *, by_name: bool) -> None:
    assert refers_by_name(msgspec.convert(spec, ConnectUserSpec)) is by_name


class TestArn:
    @pytest.mark.parametrize("rest", ["", "/agent/u-1", "/agent-group/hg-1"])
    def test_the_instance_of_anything_in_it(self, rest: str) -> None:
        found = parse_instance_arn(ARN + rest)
        assert found is not None
        assert str(found) == ARN
        assert (found.partition, found.region, found.account) == ("aws", "us-east-1", "123456789012")

    @pytest.mark.parametrize("text", ["i-1", "", "arn:aws:s3:::bucket", ARN.replace("123456789012", "1"), ARN + "x y"])
    def test_what_is_none(self, text: str) -> None:
        assert parse_instance_arn(text) is None

    def test_other_partitions(self) -> None:
        found = parse_instance_arn(ARN.replace("arn:aws:", "arn:aws-us-gov:"))
        assert found is not None
        assert found.partition == "aws-us-gov"

    @pytest.mark.parametrize(("text", "bare"), [(f"{ARN}/agent/u-1", "u-1"), ("u-1", "u-1"), (ARN, "i-1")])
    def test_bare_id(self, text: str, bare: str) -> None:
        assert bare_id(text) == bare

    def test_foreign(self) -> None:
        assert foreign_instance(f"{ARN}/agent/u-1", "i-2")
        assert not foreign_instance(f"{ARN}/agent/u-1", "i-1")
        assert not foreign_instance("u-1", "i-2")

    def test_a_replica_in_another_region_is_foreign(self) -> None:
        arn = parse_instance_arn(str(ARN))
        assert arn is not None
        assert not foreign_instance(f"{ARN}/agent/u-1", arn)
        assert foreign_instance(f"{arn._replace(region='eu-west-1')}/agent/u-1", arn)
        assert foreign_instance(f"{arn._replace(account='999999999999')}/agent/u-1", arn)

    def test_role_account(self) -> None:
        assert role_account("arn:aws:iam::210987654321:role/connect") == "210987654321"
        assert role_account("connect") is None
