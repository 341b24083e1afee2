"""What is made from other files is what it would be made as now."""

from __future__ import annotations

from generate.products import ROOT, outdated, strays


def test_nothing_is_out_of_date() -> None:
    assert [str(path.relative_to(ROOT)) for path in outdated()] == [], "run: make generate"


def test_nothing_is_left_over() -> None:
    assert strays() == [], "run: make generate"
