"""The table of faults: complete, and every test that it names stands in the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign.families import FAMILIES, Family, named_tests
from campaign.mutants import Mutant
from campaign.mutation import Verdict
from campaign.node_ids import missing
from campaign.parts import POINTS, PROCESSES, Part, read_report, survived
from campaign.run import Campaign
from campaign.schedules import ROOT
from campaign.tally import Tally

REPORT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase classname="tests.unit.test_a" name="test_one[x]"/>
<testcase classname="tests.unit.test_a" name="test_one[y]"><failure message="no"/></testcase>
<testcase classname="tests.unit.test_a" name="test_two"/>
<testcase classname="tests.unit.test_a" name="test_three"><skipped/></testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.fault)
def test_every_family_has_tests_that_exist(family: Family) -> None:
    assert family.tests
    assert missing(ROOT, family.tests) == []


def test_families_are_numbered_without_a_gap() -> None:
    assert [each.number for each in FAMILIES] == list(range(1, 33))


def test_the_points_exist() -> None:
    assert missing(ROOT, (*POINTS, *PROCESSES)) == []


def test_a_name_that_stands_nowhere_is_missing(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_one() -> None: ...\n")
    names = ["test_a.py", "test_a.py::test_one[x]", "test_a.py::test_two", "test_b.py"]
    assert missing(tmp_path, names) == ["test_a.py::test_two", "test_b.py"]


def test_a_test_holds_when_each_of_its_cases_was_run_and_held(tmp_path: Path) -> None:
    file = tmp_path / "report.xml"
    file.write_text(REPORT)
    node = "tests/unit/test_a.py::test_"
    assert read_report(file) == {f"{node}one": False, f"{node}two": True, f"{node}three": False}


def test_a_family_survives_when_all_of_its_tests_were_run_and_held() -> None:
    everything = {test if "::" in test else f"{test}::test_x": True for test in named_tests()}
    assert all(survived(everything).values())
    victim = FAMILIES[7].tests[0]
    assert [number for number, well in survived({**everything, victim: False}).items() if not well] == [8]
    del everything[victim]
    assert [number for number, well in survived(everything).items() if not well] == [8]


def test_what_did_not_hold_is_counted() -> None:
    mutant = Mutant("made up", "x.py", "a", "b", ())
    campaign = Campaign(
        parts=[
            Part("points", 1.0, {"t.py::test_a": False}, Tally(points=3), "it broke"),
            Part("x", 1.0, {}, Tally(), "!"),
        ],
        verdicts=(Verdict(mutant, killer="t.py::test_a"), Verdict(mutant), Verdict(mutant, trouble="not run")),
        schedules=Tally(schedules=5, calls=7),
        violations=["again"],
    )
    figures = {name: (value, bad) for name, value, bad in campaign.figures()}
    assert figures["points crashed"] == (3, 0)
    assert figures["tests"] == (1, 2)
    assert figures["schedules"] == (5, 1)
    assert figures["mutants killed"] == (1, 2)
    assert figures["families of faults survived"] == (0, len(FAMILIES))
    assert campaign.violated > 0
