"""Mutants against the tests that must kill them, each in a copy of the source."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from campaign.mutants import SOURCE, Mutant

if TYPE_CHECKING:
    from collections.abc import Iterator

_COPIED = ("operator", "devtools", "tests", "crds", "pyproject.toml")
_SECONDS = 180
_PLAIN = ("-p", "no:cacheprovider", f"--timeout={_SECONDS}")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+\.py(?:::[^\[\s]+(?:\[.*?\])?)?)(?: - |$)", re.MULTILINE)
_BROKEN = 1
"""pytest's exit code where tests failed; every other one but 0 means that they were not run."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`killer`: the test that failed; "" for a survivor. `trouble`: why the tests could not be run."""

    mutant: Mutant
    killer: str = ""
    trouble: str = ""

    @property
    def killed(self) -> bool:
        """Whether a test has noticed."""
        return bool(self.killer)


@contextmanager
def a_copy(root: Path) -> Iterator[Path]:
    """What the tests need of the source, to be changed at will."""
    with TemporaryDirectory(prefix="mutants-") as name:
        folder = Path(name)
        for each in _COPIED:
            if (root / each).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
                shutil.copytree(root / each, folder / each, symlinks=True, ignore=ignored)
            else:
                shutil.copy(root / each, folder / each)
        yield folder


def run_tests(folder: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Run those tests of the copy until one fails; pytest's exit code, and what it printed."""
    path = os.pathsep.join(str(folder / each) for each in ("operator", "devtools"))
    environment = {name: value for name, value in os.environ.items() if name != "CONNECT_OPERATOR_TALLY"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", *_PLAIN, *tests],
        cwd=folder,
        env={**environment, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def judge(mutant: Mutant, folder: Path) -> Verdict:
    """Take the protection out of that copy, run the mutant's killers, put the protection back."""
    file = folder / SOURCE / mutant.file
    whole = file.read_text(encoding="utf-8")
    file.write_text(mutant.mutated(whole), encoding="utf-8")
    try:
        code, output = run_tests(folder, mutant.killers)
    finally:
        file.write_text(whole, encoding="utf-8")
    if code == 0:
        return Verdict(mutant)
    found = _FAILED.search(output)
    if code != _BROKEN or found is None:
        return Verdict(mutant, trouble=output[-2000:])
    return Verdict(mutant, killer=found.group(1))


def judge_all(
    mutants: Sequence[Mutant], root: Path, workers: int, look: Callable[[Verdict], None]
) -> tuple[Verdict, ...]:
    """All of them, so many at a time; `look` is told each verdict when it is there."""
    free: SimpleQueue[Path] = SimpleQueue()

    def one(mutant: Mutant) -> Verdict:
        folder = free.get()
        try:
            verdict = judge(mutant, folder)
        finally:
            free.put(folder)
        look(verdict)
        return verdict

    with ExitStack() as stack:
        for _ in range(workers):
            free.put(stack.enter_context(a_copy(root)))
        pool = stack.enter_context(ThreadPoolExecutor(workers))
        return tuple(pool.map(one, mutants))
