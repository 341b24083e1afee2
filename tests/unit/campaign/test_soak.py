"""Runs of random schedules: what they are given, what a failure leaves, what is added up."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from campaign.node_ids import missing
from campaign.schedules import KINDS, ROOT, Kind, Run, run_number
from campaign.soak import Processes, Soak
from campaign.tally import Recorder, Tally, total

FAILS = """
import os
from hypothesis import given, strategies as st

@given(st.integers())
def test_small(number):
    assert number < 1000 or os.environ["CONNECT_OPERATOR_EXAMPLES"] == "0"
"""


def a_kind(folder: Path) -> Kind:
    test = folder / "test_it.py"
    test.write_text(FAILS)
    return Kind("made up", f"{test}::test_small", 7)


def test_the_kinds_take_turns_and_no_seed_comes_twice() -> None:
    runs = [run_number(number, 5) for number in range(40)]
    assert [run.kind for run in runs[: len(KINDS)]] == list(KINDS)
    assert len({run.seed for run in runs}) == len(runs)
    most = max(kind.examples for kind in KINDS)
    assert all(after.seed - before.seed > most for before, after in pairwise(runs)), "seeds of who leads overlap"


def test_every_kind_is_a_test_of_this_repository() -> None:
    assert missing(ROOT, [kind.test for kind in KINDS]) == []


def test_a_failing_run_prints_what_plays_it_again(tmp_path: Path) -> None:
    run = Run(a_kind(tmp_path), 42)
    code, output = Processes().play(run, tmp_path / "tally")
    assert code == 1
    assert "number=1000" in output, output
    assert run.replay.startswith("HYPOTHESIS_PROFILE=soak CONNECT_OPERATOR_EXAMPLES=7 CONNECT_OPERATOR_FIRST_SEED=42 ")
    assert run.replay.endswith(f".venv/bin/pytest -x -q --hypothesis-seed=42 {run.kind.test}")


def test_a_run_that_cannot_begin_is_a_failure(tmp_path: Path) -> None:
    run = Run(Kind("made up", str(tmp_path / "test_absent.py"), 1), 0)
    code, output = Processes().play(run, tmp_path / "tally")
    assert code != 0
    assert "test_absent.py" in output


def test_what_was_stopped_is_no_failure(tmp_path: Path) -> None:
    processes = Processes()
    processes.stop()
    assert processes.play(Run(a_kind(tmp_path), 0), tmp_path / "tally") == (0, "")


def test_violations_and_figures_are_added_up(tmp_path: Path) -> None:
    def play(run: Run, tally: Path) -> tuple[int, str]:
        told = Recorder(Path(f"{tally}.1.json"), Tally(schedules=run.kind.examples, steps=1))
        told.tell()
        return (1, "it broke") if run.kind == KINDS[1] else (0, "")

    soak = Soak(2, 0, tmp_path, play)

    def look(now: Soak) -> None:
        if len(now.ended) >= len(KINDS):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        soak.go(600.0, look)
    broken = [each.run.kind for each in soak.violations]
    assert broken
    assert set(broken) == {KINDS[1]}
    rows = soak.rows()
    assert [row[0] for row in rows] == [kind.name for kind in KINDS]
    assert all(it.schedules == runs * kind.examples for kind, (_, runs, it, _) in zip(KINDS, rows, strict=True))
    assert sum(bad for *_, bad in rows) == len(broken)


def test_an_interruption_ends_what_runs(tmp_path: Path) -> None:
    stopped: list[bool] = []

    def look(_: Soak) -> None:
        raise KeyboardInterrupt

    soak = Soak(1, 0, tmp_path, lambda _run, _tally: (0, ""), lambda: stopped.append(True))
    with pytest.raises(KeyboardInterrupt):
        soak.go(600.0, look)
    assert stopped == [True]


def test_processes_of_one_run_are_added_up(tmp_path: Path) -> None:
    for pid in (1, 2):
        recorder = Recorder(Path(f"{tmp_path / 'run'}.{pid}.json"))
        recorder.schedule()
        recorder.step()
        recorder.step()
        recorder.call()
        recorder.point()
        recorder.tell()
    (tmp_path / "other.1.json").write_text(json.dumps({"schedules": 100}))
    assert total([tmp_path / "run"]) == Tally(schedules=2, steps=4, calls=2, points=2)


def test_without_a_name_nothing_is_written(tmp_path: Path) -> None:
    recorder = Recorder(None)
    recorder.schedule()
    recorder.tell()
    assert list(tmp_path.iterdir()) == []
    assert replace(recorder.tally) == Tally(schedules=1)
