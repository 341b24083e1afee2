"""The model of the protocol: it names functions that exist, it holds, and spin finds out each of its mutants."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from campaign.model import MODEL, MUTANTS, Check, ModelError, Verdict, in_words, look, named_functions
from campaign.schedules import ROOT

SOURCE = ROOT / "operator" / "connect_operator" / "engine"
with_spin = pytest.mark.skipif(
    shutil.which("spin") is None or shutil.which("gcc") is None,
    reason="looking at every schedule of the model needs the packages spin and gcc",
)


def functions() -> set[str]:
    """`function` and `Class.method` of the engine."""
    found: set[str] = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found |= {f"{node.name}.{each.name}" for each in node.body if hasattr(each, "name")}
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.add(node.name)
    return found


def test_each_function_that_the_model_names_exists() -> None:
    named = named_functions()
    assert len(set(named)) > 10
    assert set(named) <= functions()


def test_each_mutant_takes_out_a_protection_of_the_model() -> None:
    text = MODEL.read_text(encoding="utf-8")
    for each in MUTANTS:
        assert text.count(each.mutant) > 1, each.name


@with_spin
def test_every_mutant_is_found_out_and_without_one_a_small_model_holds(tmp_path: Path) -> None:
    small = Check("small", ("OBJECTS=1", "TAKEOVERS=0", "LOSSES=0", "MEDDLING=0"))
    verdicts = look((small, *MUTANTS), tmp_path)
    assert [in_words(each) for each in verdicts] == ["holds", *["found out"] * len(MUTANTS)]
    assert all(each.expected for each in verdicts)


@with_spin
def test_a_model_that_spin_cannot_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="spin failed"):
        look([Check("nonsense", ("OBJECTS=)",))], tmp_path)


def test_what_is_expected_of_a_model_and_of_a_mutant() -> None:
    holds, mutant = Check("a"), Check("b", mutant="NO_PIN")
    assert in_words(Verdict(holds, 1, 1.0, "x == y")) == "DOES NOT HOLD: x == y"
    assert in_words(Verdict(mutant, 1, 1.0, "")) == "NOT FOUND OUT"
    assert not Verdict(holds, 1, 1.0, "x == y").expected
    assert not Verdict(mutant, 1, 1.0, "").expected
