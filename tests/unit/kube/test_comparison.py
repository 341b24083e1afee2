"""What a list of the cluster says against what is known."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from connect_operator.domain.kinds.objects import ObjectKey, Version
from connect_operator.kube.comparison import Comparison, HistoryLostError

KEY = ObjectKey("team-a", "jdoe")


class Case(NamedTuple):
    reason: str
    known: Version | None
    listed: Version | None
    changed: bool
    gone: bool


CASES = [
    Case("nothing has happened", Version("u1", "5"), Version("u1", "5"), changed=False, gone=False),
    Case("created unseen", None, Version("u1", "5"), changed=True, gone=False),
    Case("edited unseen", Version("u1", "5"), Version("u1", "6"), changed=True, gone=False),
    Case("deleted unseen", Version("u1", "5"), None, changed=False, gone=True),
    Case("recreated unseen", Version("u1", "5"), Version("u2", "9"), changed=True, gone=True),
    Case("never there", None, None, changed=False, gone=False),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.reason)
def test_comparison(case: Case) -> None:
    other = ObjectKey("team-a", "other")
    snapshot = {other: Version("o", "1")} | ({KEY: case.known} if case.known else {})
    comparison = Comparison(snapshot)
    comparison.see(other, Version("o", "1"))
    if case.listed:
        comparison.see(KEY, case.listed)
    assert comparison.changed == ({KEY: case.known} if case.changed else {})
    assert comparison.gone() == ({KEY: case.known} if case.gone else {})


def test_what_a_list_must_have_come_to_before_it_proves_anything() -> None:
    comparison = Comparison(
        {KEY: Version("u", "9"), ObjectKey("a", "b"): Version("v", "x")}, {ObjectKey("a", "c"): "10"}
    )
    assert comparison.newest() == 10, "compared as numbers; what is no number says nothing"
    assert Comparison({}).newest() == 0


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        (Version("u1", "5"), "an older version of the same object"),
        (Version("u0", "4"), "its predecessor"),
    ],
)
def test_a_past_that_was_left_behind_is_another_history(listed: Version, reason: str) -> None:
    with pytest.raises(HistoryLostError, match="team-a/jdoe as it was before"):
        Comparison({KEY: Version("u1", "7")}).see(KEY, listed)
    with pytest.raises(HistoryLostError, match="team-a/jdoe again, which was gone"):
        Comparison({}, {KEY: "7"}).see(KEY, listed)
    assert reason


def test_a_successor_is_no_return() -> None:
    comparison = Comparison({}, {KEY: "7"})
    comparison.see(KEY, Version("u2", "8"))
    assert KEY in comparison.changed
