"""What `who` tells of a user: names for ids, the owner by the tag, and who is inactive by the ConnectInstance."""

from __future__ import annotations

from typing import Any

import pytest

from connect_operator.cli.owners import Owners
from connect_operator.cli.who.people import people
from connect_operator.cli.who.rendering import table
from connect_operator.domain.connect.references import CatalogKind, Entry
from connect_operator.domain.connect.user import ObservedUser

CATALOGS = {
    CatalogKind.ROUTING_PROFILE: (Entry("rp-1", "Basic"), Entry("rp-2", "Nobody")),
    CatalogKind.SECURITY_PROFILE: (Entry("sp-1", "Agent"), Entry("sp-2", "No Access")),
    CatalogKind.HIERARCHY_GROUP: (Entry("g-1", "a/b", ("EMEA", "a/b")),),
}


def a_user(**members: Any) -> ObservedUser:  # noqa: ANN401 - members of ObservedUser
    base = {
        "user_id": "u-1",
        "arn": "",
        "username": "ann",
        "routing_profile_id": "rp-2",
        "security_profile_ids": ("sp-2",),
    }
    return ObservedUser(**{**base, **members})


INACTIVE: list[tuple[dict[str, Any], bool]] = [
    ({}, False),
    ({"securityProfileNames": ["No Access"], "routingProfileName": "Nobody"}, True),
    ({"securityProfileIds": ["sp-2"], "routingProfileId": "arn:aws:connect:r:1:instance/i/routing-profile/rp-2"}, True),
    ({"securityProfileNames": ["No Access"]}, True),
    ({"securityProfileNames": ["No Access", "Agent"]}, False),
    ({"securityProfileNames": ["No Access"], "routingProfileName": "Basic"}, False),
    ({"securityProfileNames": ["Gone"]}, False),
]


@pytest.mark.parametrize(("block", "inactive"), INACTIVE)
def test_who_is_inactive(block: dict[str, Any], inactive: bool) -> None:  # noqa: FBT001 - a case
    [person] = people("support", [a_user()], CATALOGS, block)
    assert person.inactive is inactive


def test_names_stand_for_ids_as_far_as_they_are_known() -> None:
    [person] = people(
        "support", [a_user(security_profile_ids=("sp-9", "sp-1"), hierarchy_group_id="g-1")], CATALOGS, {}
    )
    assert (person.routing_profile, person.security_profiles) == ("Nobody", ("Agent", "sp-9"))
    assert person.group == r"EMEA/a\/b"


@pytest.mark.parametrize(("tag", "managed"), [("c/u/ns/n", True), ("c/u/digest", True), ("mine", False), ("", False)])
def test_an_owner_tag_of_ours_says_that_a_user_is_managed(tag: str, managed: bool) -> None:  # noqa: FBT001 - a case
    [person] = people("support", [a_user(tags={"connect-operator.io/owner": tag})], CATALOGS, {})
    assert person.managed is managed


@pytest.mark.parametrize(
    ("tag", "managed"),
    [
        ("c1/u1/team-a/ann", True),
        ("c1/u2/team-a/ann", False),
        ("c1/u2/team-b/ghost", False),
        ("c2/u2/team-a/ann", True),
        ("c2/u1/team-a/ann", True),
    ],
)
def test_a_user_whose_object_is_gone_is_not_managed(tag: str, managed: bool) -> None:  # noqa: FBT001 - a table
    """An object is told by its uid, and of another cluster's nothing is known."""
    user, owners = (
        a_user(tags={"connect-operator.io/owner": tag}),
        Owners("c1", frozenset({"u1"}), namespaces=frozenset()),
    )
    [person] = people("support", [user], CATALOGS, {}, owners)
    assert person.managed is managed
    assert ("is gone" in "\n".join(table([person]))) is not managed
