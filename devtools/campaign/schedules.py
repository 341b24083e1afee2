"""The random tests, and how one of them is run once with a seed of its own, so that it can be run again."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from campaign.tally import VARIABLE

ROOT = Path(__file__).resolve().parents[2]
_ENGINE = "tests/unit/engine/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A random test; `examples`: schedules in one run, so that a run takes some 10 s of a core."""

    name: str
    test: str
    examples: int


KINDS = (
    Kind("users, and what goes wrong", _ENGINE + "test_random_schedules.py::test_random_schedules", 100),
    Kind("users, and what people do", _ENGINE + "test_random_hands.py::test_random_hands", 25),
    Kind("assignments, one or two operators", _ENGINE + "test_assignment_schedules.py::test_random_schedules", 150),
    Kind("who leads", _ENGINE + "test_leadership_schedules.py::test_at_no_time_two_lead", 15),
)


@dataclass(frozen=True, slots=True)
class Run:
    """So many schedules of a kind, drawn from a seed."""

    kind: Kind
    seed: int

    @property
    def settings(self) -> dict[str, str]:
        """What makes the tests draw these schedules and no others."""
        return {
            "HYPOTHESIS_PROFILE": "soak",
            "CONNECT_OPERATOR_EXAMPLES": str(self.kind.examples),
            "CONNECT_OPERATOR_FIRST_SEED": str(self.seed),
        }

    @property
    def arguments(self) -> list[str]:
        """What pytest is told."""
        return ["-x", "-q", f"--hypothesis-seed={self.seed}", self.kind.test]

    @property
    def replay(self) -> str:
        """What a person types to have these very schedules again."""
        said = " ".join(f"{name}={value}" for name, value in self.settings.items())
        return f"{said} .venv/bin/pytest {' '.join(self.arguments)}"

    def command(self) -> list[str]:
        """The process; nothing of it is kept between runs."""
        return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", *self.arguments]

    def environment(self, tally: Path) -> dict[str, str]:
        """Its environment; it tells that file what it does."""
        return {**os.environ, **self.settings, VARIABLE: str(tally)}


def run_number(number: int, first_seed: int) -> Run:
    """The kinds take turns, each time with another seed."""
    return Run(KINDS[number % len(KINDS)], first_seed + number * 1000)
