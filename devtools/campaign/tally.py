"""What a test process has done, told to a file while it runs, and the sums of several such files.

The fakes of tests/unit/engine count into `TALLY`; the file is named by CONNECT_OPERATOR_TALLY, without which nothing is
written.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

VARIABLE = "CONNECT_OPERATOR_TALLY"
_SECONDS_BETWEEN_WRITES = 1.0


@dataclass(slots=True)
class Tally:
    """`schedules`: worlds that were played; `steps`: numbered points they passed; `calls`: those made to Connect.

    `points`: crashes that were enumerated, not drawn.
    """

    schedules: int = 0
    steps: int = 0
    calls: int = 0
    points: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(mine + theirs for mine, theirs in zip(_values(self), _values(other), strict=True)))


def _values(tally: Tally) -> tuple[int, ...]:
    return tuple(asdict(tally).values())


@dataclass(slots=True)
class Recorder:
    """Counts, and tells the file about once a second; what was counted since is told by `tell`."""

    file: Path | None
    tally: Tally = field(default_factory=Tally)
    _told: float = 0.0

    def schedule(self) -> None:
        """A world begins."""
        self.tally.schedules += 1
        if self.file is not None and time.monotonic() - self._told > _SECONDS_BETWEEN_WRITES:
            self.tell()

    def step(self) -> None:
        """A numbered point is passed."""
        self.tally.steps += 1

    def call(self) -> None:
        """Connect is called."""
        self.tally.calls += 1

    def point(self) -> None:
        """An enumerated crash is about to happen."""
        self.tally.points += 1

    def tell(self) -> None:
        """Write the file, whole at any time."""
        if self.file is not None:
            self._told = time.monotonic()
            new = self.file.with_suffix(".new")
            new.write_text(json.dumps(asdict(self.tally)))
            new.replace(self.file)


def _named_file() -> Path | None:
    """A file of this very process: the workers of pytest-xdist inherit one name."""
    name = os.environ.get(VARIABLE)
    return Path(f"{name}.{os.getpid()}.json") if name else None


TALLY = Recorder(_named_file())


def total(prefixes: Iterable[Path]) -> Tally:
    """The sum of what processes with these values of the variable have told so far."""
    found = [file for prefix in prefixes for file in prefix.parent.glob(f"{prefix.name}.*.json")]
    return sum((Tally(**json.loads(file.read_text())) for file in found), Tally())
