"""Whose a user is, by what is known of the cluster."""

from __future__ import annotations

import pytest

from connect_operator.cli.owners import Owners
from connect_operator.domain.connect.ownership import OWNER_TAG, Claim, claim_of, parse_owner
from connect_operator.domain.kinds.objects import ConnectUser, parse_user

JDOE = parse_user({"metadata": {"namespace": "team-a", "name": "jdoe", "uid": "u-1"}, "spec": {}})
OFFLINE = Owners()
NAMED = Owners("c1")
ONLINE = Owners("c1", frozenset({"u-1"}), frozenset())
NARROW = Owners("c1", frozenset({"u-1"}), frozenset({"team-a"}))


@pytest.mark.parametrize(
    ("owners", "tag", "claim", "reason"),
    [
        (OFFLINE, "c9/u9/team-a/jdoe", Claim.MINE, "namespace and name are all that can be compared"),
        (OFFLINE, "c9/u9/team-a/other", Claim.SAME_CLUSTER, "another name"),
        (OFFLINE, None, Claim.MISSING, "no tag"),
        (OFFLINE, "not-ours", Claim.OTHER_CLUSTER, "a tag that this operator did not write"),
        (NAMED, "c1/u9/team-a/jdoe", Claim.MINE, "the cluster's id fits"),
        (NAMED, "c9/u9/team-a/jdoe", Claim.OTHER_CLUSTER, "the cluster's id does not"),
        (ONLINE, "c1/u-1/team-a/jdoe", Claim.MINE, "the uid fits"),
        (ONLINE, "c1/u9/team-a/jdoe", Claim.FORMER_SELF, "the uid does not"),
        (NARROW, "c1/u9/team-a/jdoe", Claim.FORMER_SELF, "its namespace was listed"),
    ],
)
def test_claims(owners: Owners, tag: str | None, claim: Claim, reason: str) -> None:
    tags = {} if tag is None else {OWNER_TAG: tag}
    assert claim_of(tags, owners.of(JDOE, tags)) is claim, reason


def test_a_name_that_is_too_long_for_the_tag_is_compared_by_its_digest() -> None:
    user: ConnectUser = parse_user({"metadata": {"namespace": "n" * 63, "name": "x" * 250, "uid": "u-1"}, "spec": {}})
    tag = ONLINE.of(user, {}).tag.replace("u-1", "u-2")
    assert claim_of({OWNER_TAG: tag}, OFFLINE.of(user, {OWNER_TAG: tag})) is Claim.MINE


@pytest.mark.parametrize(
    ("owners", "tag", "alive"),
    [
        (OFFLINE, "c1/u9/team-a/x", True),
        (ONLINE, "c1/u9/team-a/x", False),
        (ONLINE, "c1/u-1/team-a/x", True),
        (NARROW, "c1/u9/team-a/x", False),
        (NARROW, "c1/u9/team-b/x", True),
    ],
)
def test_who_is_taken_to_exist(owners: Owners, tag: str, alive: bool) -> None:  # noqa: FBT001 - a column of the table
    other = parse_owner(tag)
    assert other is not None
    assert owners.is_live(other) is alive


def test_what_is_assumed_is_told() -> None:
    assert [len(owners.assumptions) for owners in (OFFLINE, NAMED, ONLINE, NARROW)] == [1, 1, 0, 1]
