"""What a list of the cluster says against what is known."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from connect_operator.domain.objects import ObjectKey
from connect_operator.kube.comparison import Comparison, Version, is_stale

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


@pytest.mark.parametrize(
    ("list_version", "known", "stale", "reason"),
    [
        ("100", ["99", "100"], False, "as new as the newest object"),
        ("100", ["99", "101"], True, "an object is newer than the whole list"),
        ("100", [], False, "nothing is known yet"),
        ("9", ["10"], True, "compared as numbers, not as texts"),
        ("", ["10"], False, "an API server that does not tell proves nothing"),
        ("abc", ["10"], False, "likewise"),
        ("100", ["abc"], False, "likewise"),
    ],
)
def test_staleness(list_version: str, known: list[str], *, stale: bool, reason: str) -> None:
    assert is_stale(list_version, [Version("u", version) for version in known]) is stale, reason
