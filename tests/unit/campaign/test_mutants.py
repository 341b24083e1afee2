"""Mutants: each still applies, and what is said of it is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign.mutants import MUTANTS, SOURCE, Mutant, MutantError
from campaign.mutation import judge
from campaign.node_ids import missing
from campaign.schedules import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_applies_and_names_tests_that_exist(mutant: Mutant) -> None:
    text = (ROOT / SOURCE / mutant.file).read_text()
    compile(mutant.mutated(text), mutant.file, "exec")
    assert mutant.killers
    assert missing(ROOT, mutant.killers) == []


def test_no_two_mutants_are_one() -> None:
    assert len({each.name for each in MUTANTS}) == len(MUTANTS)
    assert len({(each.file, each.search, each.replace) for each in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("text", ["", "guard()\nguard()\n"], ids=["gone", "twice"])
def test_a_mutant_that_does_not_apply_is_an_error(text: str) -> None:
    with pytest.raises(MutantError, match="made up"):
        Mutant("made up", "x.py", "guard()", "pass", ()).mutated(text)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    source = tmp_path / SOURCE
    source.mkdir(parents=True)
    (source / "guard.py").write_text("def safe():\n    return True\n")
    (source / "__init__.py").write_text("")
    (tmp_path / "test_guard.py").write_text(
        "from connect_operator.guard import safe\n\n\ndef test_safe():\n    assert safe()\n"
        "\n\ndef test_blind():\n    assert True\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("test", "replace", "killer"),
    [
        ("test_guard.py", "False", "test_guard.py::test_safe"),
        ("test_guard.py::test_blind", "False", ""),
    ],
    ids=["killed", "survives"],
)
def test_verdicts(copy: Path, test: str, replace: str, killer: str) -> None:
    verdict = judge(Mutant("made up", "guard.py", "True", replace, (test,)), copy)
    assert (verdict.killer, verdict.killed, verdict.trouble) == (killer, bool(killer), "")
    assert "True" in (copy / SOURCE / "guard.py").read_text(), "the protection is not back"


def test_tests_that_cannot_be_run_are_no_kill(copy: Path) -> None:
    verdict = judge(Mutant("made up", "guard.py", "True", "False", ("test_absent.py",)), copy)
    assert not verdict.killed
    assert verdict.trouble
