"""How many objects a page of a list is to hold."""

from __future__ import annotations

import pytest

from connect_operator.kube.listing import FIRST_PAGE_SIZE, PAGE_BYTES, PAGE_SIZE, next_limit


@pytest.mark.parametrize(
    ("weight", "count", "limit", "reason"),
    [
        (20 * 2_000, 20, PAGE_SIZE, "plain objects"),
        (20 * 250_000, 20, 16, "objects with 250 KB of annotations"),
        (20 * 1_500_000, 20, 2, "the heaviest that etcd takes"),
        (10 * PAGE_BYTES, 1, 1, "at least one"),
        (100, 0, PAGE_SIZE, "an empty list"),
    ],
)
def test_a_page_is_limited_by_its_weight(weight: int, count: int, limit: int, reason: str) -> None:
    assert next_limit(weight, count) == limit, reason


def test_the_first_page_is_bearable_whatever_is_on_it() -> None:
    assert FIRST_PAGE_SIZE * 1_500_000 <= 32_000_000
