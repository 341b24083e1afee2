"""Random schedules for so many minutes on so many cores."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from campaign.schedules import KINDS, ROOT, Kind, Run, run_number
from campaign.tally import Tally, total

_SECONDS_BETWEEN_LOOKS = 1.0
_RUN_SECONDS = 1800.0
"""A run takes some 10 s, and minutes where it fails and the smallest failing schedule is looked for."""
_LINES = 80


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended; `output` is empty where all its schedules held."""

    run: Run
    tally: Path
    output: str = ""


@dataclass
class Soak:
    """`play` plays one run and returns its exit code and what it printed; `stop` ends those under way."""

    workers: int
    first_seed: int
    folder: Path
    play: Callable[[Run, Path], tuple[int, str]]
    stop: Callable[[], None] = lambda: None
    ended: list[Ended] = field(default_factory=list)
    _began: int = 0

    def go(self, seconds: float, look: Callable[[Soak], None]) -> None:
        """Begin runs for that long, and wait for the end of those under way; look once a second."""
        deadline = time.monotonic() + seconds
        with ThreadPoolExecutor(self.workers) as pool:
            try:
                self._go(pool, deadline, look)
            except KeyboardInterrupt:
                self.stop()  # before the pool waits for them
                raise

    def _go(self, pool: ThreadPoolExecutor, deadline: float, look: Callable[[Soak], None]) -> None:
        running: set[Future[Ended]] = set()
        while running or time.monotonic() < deadline:
            while len(running) < self.workers and time.monotonic() < deadline:
                running.add(pool.submit(self._one, run_number(self._began, self.first_seed), self._began))
                self._began += 1
            done, running = wait(running, _SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED)
            self.ended += [each.result() for each in done]
            look(self)

    def _one(self, run: Run, number: int) -> Ended:
        tally = self.folder / f"run-{number:06}"
        code, output = self.play(run, tally)
        return Ended(run, tally, output if code else "")

    @property
    def violations(self) -> list[Ended]:
        """Those of which a schedule did not hold."""
        return [each for each in self.ended if each.output]

    def tally(self) -> Tally:
        """What all have done so far, those under way included."""
        return total(self.folder / f"run-{number:06}" for number in range(self._began))

    def tally_of(self, kind: Kind) -> tuple[int, Tally, int]:
        """Runs, what they did, and how many of them failed."""
        mine = [each for each in self.ended if each.run.kind == kind]
        return len(mine), total(each.tally for each in mine), sum(bool(each.output) for each in mine)

    def rows(self) -> list[tuple[str, int, Tally, int]]:
        """A row for each kind."""
        return [(kind.name, *self.tally_of(kind)) for kind in KINDS]


class Processes:
    """Plays runs as processes, all of which end with `stop`."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def play(self, run: Run, tally: Path) -> tuple[int, str]:
        """Run it to its end."""
        with self._lock:
            if self._stopped.is_set():
                return 0, ""
            process = subprocess.Popen(
                run.command(),
                cwd=ROOT,
                env=run.environment(tally),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                process_group=0,  # Ctrl-C is ours to pass on
            )
            self._running.add(process)
        try:
            output, _ = process.communicate(timeout=_RUN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            output += f"\nnot ended after {_RUN_SECONDS:.0f} s"
        with self._lock:
            self._running.discard(process)
            if self._stopped.is_set():
                return 0, ""
        return process.returncode, "\n".join(output.splitlines()[-_LINES:]) or "it printed nothing"

    def stop(self) -> None:
        """End what runs; that is no failure of theirs."""
        with self._lock:
            self._stopped.set()
            for process in self._running:
                process.terminate()
