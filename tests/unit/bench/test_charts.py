"""The pictures of a run: every figure with a goal, and nothing that a browser would fetch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.charts import draw
from bench.parts import PARTS, REST, shares

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


def test_where_the_cpu_goes_is_drawn_from_the_profiles(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"benchmarks": [{"name": "some", "figures": FIGURES}]}))
    (tmp_path / "profiles").mkdir()
    lines = (
        "run (a.py);worker (_core/reactor/queueing.py);handle (connect_operator/kube/watch.py) 30",
        "run (a.py);worker (_core/reactor/queueing.py);deliver (connect_operator/kube/kinds.py) 20",
        "run (a.py);_pass (engine/users/reconcile.py);request (connect_operator/kube/connection.py) 50",
    )
    (tmp_path / "profiles" / "restart.txt").write_text("\n".join(lines))
    assert shares(lines) == pytest.approx(
        {name: 0.0 for name, _ in PARTS}
        | {REST: 0.0, "kopf around its handler": 0.3, "reading objects": 0.2, "requests to the API server": 0.5}
    )
    *_, cpu = draw(results, tmp_path / "charts")
    assert cpu.name == "cpu.svg"
    assert "restart" in cpu.read_text()


def test_a_profile_without_samples_has_no_shares() -> None:
    assert shares([]) == {}
