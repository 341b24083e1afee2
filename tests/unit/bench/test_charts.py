"""The pictures of a run: every figure with a goal, and nothing that a browser would fetch."""

from __future__ import annotations

import json
from pathlib import Path

from bench.charts import draw

FIGURES = [
    {"name": "CPU per user", "value": 18.5, "unit": "ms", "at_most": 10},
    {"name": "calls", "value": 3, "unit": "", "at_most": None},
    {"name": "10000 users, none changed (0 seen): CPU", "value": 0.34, "unit": "s", "at_most": 0.7},
    {"name": "20000 users, none changed (0 seen): CPU", "value": 0.7, "unit": "s", "at_most": 1.4},
]


def test_pictures_show_the_goals_and_hold_neither_script_nor_address(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"benchmarks": [{"name": "some", "figures": FIGURES}]}))
    goals, sweep = (path.read_text() for path in draw(results, tmp_path / "charts"))
    assert "18.50 of 10 ms" in goals
    assert "some: calls" not in goals
    assert "none changed" in sweep
    for drawn in (goals, sweep):
        assert "<script" not in drawn
        assert drawn.count("http") == drawn.count("http://www.w3.org/")


def test_the_same_results_are_the_same_pictures(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"benchmarks": [{"name": "some", "figures": FIGURES}]}))
    first, second = ([path.read_bytes() for path in draw(results, tmp_path / name)] for name in ("a", "b"))
    assert first == second
