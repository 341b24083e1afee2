"""The protocol as a model, every schedule of which spin looks at: that it holds, and that each mutant does not.

The model is model/user.pml. spin makes a C program of it, and that program goes through all states.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.schedules import ROOT

MODEL = ROOT / "model" / "user.pml"
_ERRORS = re.compile(r"errors: (\d+)")
_STATES = re.compile(r"^\s*(\S+) states, stored", re.MULTILINE)
_VIOLATION = re.compile(r"^pan:\d+: (.*?) \(at depth", re.MULTILINE)
_TIMEOUT = 1800.0


class ModelError(Exception):
    """The model cannot be looked at here; the text says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked at. `bounds`: how often each trouble comes; `mutant`: the protection that is missing."""

    name: str
    bounds: tuple[str, ...] = ()
    mutant: str = ""
    rests: bool = False
    """Whether it is looked for schedules that never come to rest, in place of broken assertions."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`found`: the first assertion that does not hold, or the schedule without an end; empty: all hold."""

    check: Check
    states: int
    seconds: float
    found: str

    @property
    def expected(self) -> bool:
        """Whether the model holds, and a mutant does not."""
        return bool(self.found) == bool(self.check.mutant)


PROTOCOL = (
    Check("nobody doubled, left behind, taken or erased"),
    Check("comes to rest", ("OBJECTS=1", "TAKEOVERS=0"), rests=True),
    Check("comes to rest after a change of leader", ("OBJECTS=1", "LOSSES=0", "MEDDLING=0"), rests=True),
)
MUTANTS = tuple(
    Check(name, mutant=mutant)
    for name, mutant in (
        ("the finalizer goes on after the call", "FINALIZER_LATE"),
        ("the instance is not pinned before the call", "NO_PIN"),
        ("the owner tag is not in CreateUser", "TAG_LATE"),
        ("the tags in a list are trusted", "TAGS_TRUSTED"),
        ("nobody waits for the consistency window", "NO_WINDOW"),
        ("a call is made without a look at the Lease", "NO_LEASE"),
        ("a write is not tested against the version", "STALE_WRITES"),
    )
)


def look(checks: Sequence[Check], folder: Path, tell: Callable[[Verdict], None] = lambda _: None) -> list[Verdict]:
    """Each check's verdict; what is built is left in the folder. Raises ModelError."""
    missing = [name for name in ("spin", "gcc") if shutil.which(name) is None]
    if missing:
        raise ModelError(f"the model needs {' and '.join(missing)} (packages spin and gcc of Debian and Ubuntu)")
    verdicts = []
    for number, check in enumerate(checks):
        verdicts.append(_look(check, folder / str(number)))
        tell(verdicts[-1])
    return verdicts


def in_words(verdict: Verdict) -> str:
    """What came of it."""
    if verdict.check.mutant:
        return "found out" if verdict.found else "NOT FOUND OUT"
    return f"DOES NOT HOLD: {verdict.found}" if verdict.found else "holds"


def _look(check: Check, folder: Path) -> Verdict:
    folder.mkdir(parents=True)
    began = time.monotonic()
    defined = [f"-D{each}" for each in (*check.bounds, *([f"MUTANT={check.mutant}"] if check.mutant else []))]
    _run(["spin", "-a", *defined, str(MODEL)], folder)
    how = ["-DNFAIR=3"] if check.rests else ["-DSAFETY", "-DNOCLAIM"]
    _run(["gcc", "-O2", *how, "-o", "pan", "pan.c"], folder)
    told = _run(["./pan", "-m1000000", *(["-a", "-f"] if check.rests else [])], folder)
    errors, states = _ERRORS.search(told), _STATES.search(told)
    if errors is None or states is None or (errors.group(1) == "0" and "Search not completed" in told):
        raise ModelError(f"{check.name}: the search was not completed:\n{told}")
    violation = _VIOLATION.search(told)
    found = (violation.group(1) if violation else "an error") if errors.group(1) != "0" else ""
    return Verdict(check, int(float(states.group(1))), time.monotonic() - began, found)


def _run(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=_TIMEOUT, check=False
    )
    if done.returncode:
        raise ModelError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def named_functions() -> list[str]:
    """What the model's steps stand for, as its comments name them: `function` or `Class.method`."""
    comments = re.findall(r"/\*.*?\*/", MODEL.read_text(encoding="utf-8"), re.DOTALL)
    return re.findall(r"\[([\w.]+)\]", " ".join(comments))
