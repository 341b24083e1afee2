"""What of the model's machinery no simulated operation needs, yet other operations would: headers, times, tables."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connect_sim.errors import ApiError
from connect_sim.model.parse import from_json
from connect_sim.model.service import load_service
from connect_sim.seeding.members import to_members
from connect_sim.semantics.paging import PageTokens, Position, page_number
from connect_sim.server.buckets import TokenBuckets
from connect_sim.server.clock import Clock
from connect_sim.state.records import HierarchyGroup
from connect_sim.state.settings import Rate
from connect_sim.state.table import Table

KEY = ("account", "region", "ListUsers")


@pytest.mark.parametrize(("value", "seconds"), [(1.5, 1.5), (7, 7.0), ("1970-01-01T00:01:00Z", 60.0)])
def test_times_are_numbers_or_iso_text(value: object, seconds: float) -> None:
    assert from_json(load_service("connect").shape("Timestamp"), value, "t") == seconds


@pytest.mark.parametrize("value", ["yesterday", True, []])
def test_what_is_no_time_is_refused(value: object) -> None:
    with pytest.raises(ApiError, match="SerializationException"):
        from_json(load_service("connect").shape("Timestamp"), value, "t")


def test_blocks_may_be_written_in_either_case_but_tags_keep_theirs() -> None:
    shape = load_service("connect").shape("CreateUserRequest")
    written = {"identityInfo": {"firstName": "A"}, "Tags": {"identityInfo": "x"}, "autoAcceptConfigs": []}
    assert to_members(shape, written, "user") == {
        "IdentityInfo": {"FirstName": "A"},
        "Tags": {"identityInfo": "x"},
        "AutoAcceptConfigs": [],
    }


@settings(deadline=None)
@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=3), st.booleans())))
def test_a_table_lists_by_id_after_any_changes(changes: list[tuple[str, bool]]) -> None:
    table: Table[HierarchyGroup] = Table()
    model: set[str] = set()
    for key, add in changes:
        if add:
            table.put(HierarchyGroup(id=key, arn="", name="", level_id="1"))
            model.add(key)
        else:
            assert (table.remove(key) is not None) == (key in model)
            model.discard(key)
    assert [record.id for record in table.after(None)] == sorted(model)
    assert [record.id for record in table.after("b")] == sorted(key for key in model if key > "b")
    assert len(table) == len(model)


@settings(deadline=None)
@given(st.lists(st.floats(0, 3), max_size=60), st.floats(0.5, 5), st.integers(1, 10))
def test_a_bucket_never_gives_more_than_burst_plus_refill(waits: list[float], rate: float, burst: int) -> None:
    buckets, now, given_tokens = TokenBuckets(), 1000.0, 0
    for wait in waits:
        now += wait
        given_tokens += buckets.take(KEY, Rate(rate, burst), now)
    assert given_tokens <= burst + rate * (now - 1000.0) + 1e-6


@settings(deadline=None)
@given(st.text(), st.one_of(st.none(), st.text()), st.integers(1, 10**6))
def test_page_tokens_come_back_as_they_were(operation: str, after: str | None, page: int) -> None:
    tokens, position = PageTokens(), Position(after, page)
    token = tokens.mint(operation, {"InstanceId": "i"}, position, 5.0)
    params = {"InstanceId": "i", "NextToken": token, "MaxResults": 3}
    assert tokens.read(operation, params, 6.0) == position
    assert page_number(params) == page


@pytest.mark.parametrize("token", ["", "x", "é", "eyJhIjoxfQ=="])
def test_a_token_that_cannot_be_read_counts_as_page_one(token: str) -> None:
    assert page_number({"NextToken": token}) == 1


def test_the_clock_never_goes_back() -> None:
    clock = Clock()
    before = clock.now()
    clock.advance(100)
    assert clock.now() - before >= 100
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)
