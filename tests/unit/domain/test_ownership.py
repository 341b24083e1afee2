"""Whose user it is: the owner tag's form, what it says to an object, and who may take whom."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_operator.domain.connect.ownership import (
    OWNER_TAG,
    Claim,
    Owner,
    claim_of,
    may_adopt,
    own_tags,
    owner,
    parse_owner,
)

UID = "5b8f0c1e-0000-4000-8000-000000000001"
ME = owner("cluster-1", UID, "team-a", "jdoe")
_NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789-.", min_size=1, max_size=253)


class TestTag:
    def test_cluster_uid_namespace_name(self) -> None:
        assert ME.tag == f"cluster-1/{UID}/team-a/jdoe"

    @pytest.mark.parametrize(("spare", "whole"), [(0, True), (-1, False)])
    def test_only_what_is_longer_than_256_is_shortened(self, spare: int, *, whole: bool) -> None:
        fixed = len(owner("c" * 36, UID, "n" * 63, "").tag)
        name = "x" * (256 - fixed - spare)
        tag = owner("c" * 36, UID, "n" * 63, name).tag
        assert tag.endswith(name) is whole
        assert len(tag) <= 256

    def test_the_short_form_is_a_prefix_of_sha_256(self) -> None:
        namespace, name = "n" * 63, "x" * 253
        _, _, rest = owner("c", UID, namespace, name).tag.split("/", 2)
        digest = hashlib.sha256(f"{namespace}/{name}".encode()).hexdigest()
        assert digest.startswith(rest)
        assert len(rest) >= 16
        assert "/" not in rest

    @given(namespace=_NAMES, name=_NAMES, cluster=st.text("abcXYZ019-", min_size=1, max_size=36))
    def test_it_always_fits_and_names_its_object(self, namespace: str, name: str, cluster: str) -> None:
        mine = owner(cluster, UID, namespace, name)
        assert 0 < len(mine.tag) <= 256
        assert parse_owner(mine.tag) == mine
        assert claim_of({OWNER_TAG: mine.tag}, mine) is Claim.MINE

    @pytest.mark.parametrize("tag", ["", "a", "a/b", "/b/c", "a//c", "a/b/"])
    def test_what_we_did_not_write(self, tag: str) -> None:
        assert parse_owner(tag) is None


@pytest.mark.parametrize(
    ("tag", "claim"),
    [
        (None, Claim.MISSING),
        (ME.tag, Claim.MINE),
        (f"cluster-1/{UID}/team-a/renamed", Claim.MINE),
        ("cluster-1/uid-0/team-a/jdoe", Claim.FORMER_SELF),
        ("cluster-1/uid-0/team-b/jdoe", Claim.SAME_CLUSTER),
        ("cluster-1/uid-0/team-a/other", Claim.SAME_CLUSTER),
        ("cluster-2/uid-0/team-a/jdoe", Claim.OTHER_CLUSTER),
        (f"cluster-2/{UID}/team-a/jdoe", Claim.MINE),
        ("by hand", Claim.OTHER_CLUSTER),
        ("", Claim.OTHER_CLUSTER),
    ],
)
def test_claims(tag: str | None, claim: Claim) -> None:
    tags = {"team": "a"} if tag is None else {OWNER_TAG: tag}
    assert claim_of(tags, ME) is claim


_ADOPTION = [
    # the tag, is its object alive, and may Never, IfUnowned, Always take the user?
    (None, False, (False, True, True)),
    ("cluster-1/uid-0/team-a/jdoe", False, (False, True, True)),
    ("cluster-1/uid-0/team-a/other", False, (False, False, True)),
    ("cluster-1/uid-0/team-a/other", True, (False, False, False)),
    ("cluster-2/uid-0/team-a/jdoe", False, (False, False, True)),
    ("cluster-2/uid-0/team-a/jdoe", True, (False, False, True)),
    ("by hand", False, (False, False, True)),
    (ME.tag, True, (True, True, True)),
]


@pytest.mark.parametrize(("tag", "live", "allowed"), _ADOPTION)
def test_adoption(tag: str | None, *, live: bool, allowed: tuple[bool, bool, bool]) -> None:
    asked: list[Owner] = []

    def is_live(other: Owner) -> bool:
        asked.append(other)
        return live

    tags = {} if tag is None else {OWNER_TAG: tag}
    for policy, expected in zip(("Never", "IfUnowned", "Always"), allowed, strict=True):
        refusal = may_adopt(tags, ME, policy, is_live)
        assert (refusal is None) is expected, policy
        if refusal is not None:
            assert refusal.message
    assert all(other.cluster == "cluster-1" for other in asked), "other clusters' objects cannot be known"


def test_a_refusal_names_the_remedy() -> None:
    refusal = may_adopt({}, ME, "Never", lambda _: False)
    assert refusal is not None
    assert "spec.adoptionPolicy: IfUnowned" in refusal.message


@pytest.mark.parametrize(
    ("tag", "live", "holder"),
    [
        ("cluster-1/uid-0/team-a/other", True, "belongs to the ConnectUser team-a/other, which exists"),
        ("cluster-1/uid-0/team-a/other", False, "owned by the former ConnectUser team-a/other,"),
        ("cluster-1/uid-0/team-b/secret", True, "belongs to the ConnectUser of another namespace, which exists"),
        ("cluster-1/uid-0/team-b/secret", False, "owned by the former ConnectUser of another namespace,"),
        ("cluster-1/uid-0/team-abc/secret", False, "owned by the former ConnectUser of another namespace,"),
        ("cluster-2/uid-0/team-a/secret", False, "owned by another cluster,"),
        ("secret by hand", False, "owned by another cluster,"),
    ],
)
def test_a_refusal_names_the_holder_only_to_the_holders_own_namespace(tag: str, *, live: bool, holder: str) -> None:
    refusal = may_adopt({OWNER_TAG: tag}, ME, "IfUnowned", lambda _: live)
    assert refusal is not None
    assert holder in refusal.message
    assert "secret" not in refusal.message


def test_who_is_known_by_a_digest_only_is_told_of_nobody_by_name() -> None:
    long = owner("cluster-1", UID, "team-a", "x" * 253)
    refusal = may_adopt({OWNER_TAG: "cluster-1/uid-0/team-a/other"}, long, "IfUnowned", lambda _: False)
    assert refusal is not None
    assert "the former ConnectUser of another namespace" in refusal.message


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({}, "it has no owner"),
        ({OWNER_TAG: "cluster-1/uid-0/team-a/jdoe"}, "it belonged to a former object of this name"),
    ],
)
def test_a_refusal_says_whether_the_user_ever_was_somebodys(tags: dict[str, str], why: str) -> None:
    refusal = may_adopt(tags, ME, "Never", lambda _: False)
    assert refusal is not None
    assert refusal.message.startswith(why)


def test_own_tags_are_all_but_the_reserved() -> None:
    tags = {
        "team": "a",
        OWNER_TAG: "x",
        "connect-operator.io/other": "y",
        "aws:cloudformation:stack": "z",
        "awsome": "b",
    }
    assert own_tags(tags) == {"team": "a", "awsome": "b"}


@pytest.mark.parametrize(
    "key",
    [
        "AWS:x",
        " aws:x",
        "aw\u017f:x",
        "Connect-Operator.IO/owner",
        "connect-operator.io /x",
        "connect-operator.\u0131o/x",
        "CONNECT-OPERATOR.\u0130O/x",
        "\u00a0aws :x",
    ],
)
def test_keys_that_differ_from_reserved_ones_by_case_or_blanks_are_reserved(key: str) -> None:
    assert own_tags({key: "v", "team": "a"}) == {"team": "a"}
