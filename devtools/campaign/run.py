"""The whole campaign, part by part, and what came of it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from bench.machine import machine, versions
from campaign import model
from campaign.families import FAMILIES, named_tests
from campaign.mutants import MUTANTS
from campaign.mutation import Verdict, judge_all
from campaign.parts import POINTS, PROCESSES, Part, run_part, survived
from campaign.schedules import ROOT
from campaign.soak import Processes, Soak
from campaign.tally import Tally

SOAK_SECONDS = 240.0


@dataclass
class Campaign:
    """What has been done so far."""

    parts: list[Part] = field(default_factory=list)
    verdicts: tuple[Verdict, ...] = ()
    schedules: Tally = field(default_factory=Tally)
    violations: list[str] = field(default_factory=list)
    protocol: list[model.Verdict] = field(default_factory=list)

    def run(self, workers: int, seed: int, tell: Callable[[str], None]) -> None:
        """All parts, the quick ones first."""
        with tempfile.TemporaryDirectory(prefix="campaign-") as name:
            folder = Path(name)
            for part, chosen in (("points", POINTS), ("processes", PROCESSES), ("families", self._others())):
                tell(f"{part}: {len(chosen)} tests or files")
                self.parts.append(run_part(part, chosen, folder, workers))
            tell(f"mutants: {len(MUTANTS)}")
            self.verdicts = judge_all(MUTANTS, ROOT, workers, lambda verdict: tell(_said(verdict)))
            self._look_at_the_model(folder / "model", tell)
            tell(f"random schedules: {SOAK_SECONDS:.0f} s, from seed {seed}")
            self._soak(workers, seed, folder)

    def _look_at_the_model(self, folder: Path, tell: Callable[[str], None]) -> None:
        """Where spin is not installed it is said that the model was not looked at, and that is all."""
        checks = (*model.PROTOCOL, *model.MUTANTS)
        tell(f"the model: {len(checks)} checks")
        try:
            self.protocol = model.look(checks, folder)
        except model.ModelError as error:
            tell(f"NOT RUN: {error}")

    @staticmethod
    def _others() -> tuple[str, ...]:
        files = {test.partition("::")[0] for test in (*POINTS, *PROCESSES)}
        return tuple(test for test in named_tests() if test.partition("::")[0] not in files or "assignments.py" in test)

    def _soak(self, workers: int, seed: int, folder: Path) -> None:
        processes = Processes()
        soak = Soak(workers, seed, folder, processes.play, processes.stop)
        soak.go(SOAK_SECONDS, lambda _: None)
        self.schedules = soak.tally()
        self.violations = [f"{each.output}\nAgain: {each.run.replay}" for each in soak.violations]

    def outcomes(self) -> dict[str, bool]:
        """Of all tests that were run."""
        found: dict[str, bool] = {}
        for part in self.parts:
            for node, held in part.outcomes.items():
                found[node] = held and found.get(node, True)
        return found

    def figures(self) -> list[tuple[str, int, int]]:
        """What was done, how often, and how often it did not hold."""
        done = sum((part.tally for part in self.parts), self.schedules)
        families = survived(self.outcomes())
        failed = [test for part in self.parts for test in part.failed]
        return [
            ("points crashed", done.points, 0),
            ("tests", len(self.outcomes()), len(failed)),
            ("families of faults survived", sum(families.values()), len(FAMILIES) - sum(families.values())),
            ("schedules", done.schedules, len(self.violations)),
            ("calls to Connect in virtual time", done.calls, 0),
            ("states of the model", *self._looked_at(mutants=False)),
            ("mutants of the model found out", *self._looked_at(mutants=True)),
            ("mutants killed", sum(each.killed for each in self.verdicts), len(self.survivors())),
        ]

    def _looked_at(self, *, mutants: bool) -> tuple[int, int]:
        """The model's states, or its mutants that were found out; and how many checks did not end as they should."""
        chosen = [each for each in self.protocol if bool(each.check.mutant) == mutants]
        bad = sum(not each.expected for each in chosen)
        return (len(chosen) - bad if mutants else sum(each.states for each in chosen)), bad

    def survivors(self) -> list[Verdict]:
        """Mutants that no test has noticed."""
        return [each for each in self.verdicts if not each.killed]

    @property
    def violated(self) -> int:
        """How much did not hold."""
        return sum(bad for *_, bad in self.figures())

    def document(self, date: datetime) -> dict[str, object]:
        """Everything, ready for JSON."""
        families = survived(self.outcomes())
        return {
            "date": date.isoformat(timespec="seconds"),
            "machine": machine(),
            "versions": versions(ROOT),
            "figures": [{"name": name, "value": value, "violations": bad} for name, value, bad in self.figures()],
            "parts": [
                {"name": each.name, "seconds": round(each.seconds), "failed": each.failed, **asdict(each.tally)}
                for each in self.parts
            ],
            "families": [{**asdict(each), "survived": families[each.number]} for each in FAMILIES],
            "mutants": [{"name": each.mutant.name, "killer": each.killer} for each in self.verdicts],
            "model": [
                {"name": each.check.name, "states": each.states, "result": model.in_words(each)}
                for each in self.protocol
            ],
            "violations": self.violations,
        }


def write(content: dict[str, object], folder: Path, date: datetime) -> Path:
    """Write it to a file named after the date; the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{date:%Y-%m-%dT%H%M%SZ}.json"
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path


def _said(verdict: Verdict) -> str:
    if verdict.killed:
        return f"killed: {verdict.mutant.name}: by {verdict.killer}"
    return f"{'NOT RUN' if verdict.trouble else 'SURVIVED'}: {verdict.mutant.name} {verdict.trouble}"
