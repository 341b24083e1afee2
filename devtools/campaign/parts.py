"""The parts of a campaign that are tests: which are run, and what became of each, by pytest's own report."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.families import FAMILIES
from campaign.schedules import ROOT
from campaign.tally import VARIABLE, Tally, total

_ENGINE = "tests/unit/engine/"
POINTS = (
    _ENGINE + "test_crash_points.py",
    _ENGINE + "test_crashes.py",
    _ENGINE + "test_lease_crashes.py",
    _ENGINE + "test_assignment_schedules.py::test_trouble_at_any_step_never_doubles_the_call",
)
PROCESSES = ("tests/e2e/test_kill_points.py", "tests/e2e/test_crash.py", "tests/e2e/test_assignments_once.py")


@dataclass(frozen=True, slots=True)
class Part:
    """Tests that were run. `outcomes`: by node id without parameters, whether all of it held."""

    name: str
    seconds: float
    outcomes: dict[str, bool]
    tally: Tally
    output: str = ""

    @property
    def failed(self) -> list[str]:
        """Tests that did not hold; the part itself where pytest could not run it."""
        found = [test for test, held in self.outcomes.items() if not held]
        return found or ([self.name] if self.output else [])


def run_part(name: str, tests: Sequence[str], folder: Path, workers: int) -> Part:
    """Run those tests with every point, files that share servers together."""
    report, tally, began = folder / f"{name}.xml", folder / name, time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(workers), "--dist", "loadfile", f"--junitxml={report}"]
    if all(test.startswith(_ENGINE) for test in tests):
        command[command.index("loadfile")] = "load"
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *tests],
        cwd=ROOT,
        env={**os.environ, "CONNECT_OPERATOR_CAMPAIGN": "1", VARIABLE: str(tally)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    outcomes = read_report(report) if report.exists() else {}
    output = "\n".join((done.stdout + done.stderr).splitlines()[-80:]) if done.returncode else ""
    return Part(name, time.monotonic() - began, outcomes, total([tally]), output)


def read_report(file: Path) -> dict[str, bool]:
    """By node id without parameters, whether all of it held."""
    outcomes: dict[str, bool] = {}
    for case in ET.parse(file).getroot().iter("testcase"):  # noqa: S314 - pytest has written it a moment ago
        test = case.get("name", "").partition("[")[0]
        node = f"{case.get('classname', '').replace('.', '/')}.py::{test}"
        bad = any(case.find(tag) is not None for tag in ("failure", "error", "skipped"))
        outcomes[node] = outcomes.get(node, True) and not bad
    return outcomes


def survived(outcomes: dict[str, bool]) -> dict[int, bool]:
    """By number of the family, whether each of its tests was run and held."""
    return {family.number: all(_held(test, outcomes) for test in family.tests) for family in FAMILIES}


def _held(test: str, outcomes: dict[str, bool]) -> bool:
    mine = [held for node, held in outcomes.items() if node == test or node.startswith(f"{test}::")]
    return bool(mine) and all(mine)
