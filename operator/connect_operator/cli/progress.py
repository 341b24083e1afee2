"""Progress of long reads, on standard error: a bar on a terminal, otherwise a line now and then.

A read that is over within seconds says nothing where lines are written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from connect_operator.cli.terminal import is_live, printable

_EVERY = 10.0
_MINUTE = 60.0
_HOUR = 3600.0
# A call takes half a second at the default quota, and the estimate should not jump with each.
_SPEED_SECONDS = 60.0


class Task(Protocol):
    """One read: how much is done of how much."""

    def advance(self, count: int = 1) -> None:
        """So many more are done."""
        ...

    def expect(self, total: int) -> None:
        """So many there will be."""
        ...


class Progress(Protocol):
    """Where reads are shown."""

    def begin(self, what: str, total: int | None = None) -> Task:
        """Show a read; `total` None: not known yet."""
        ...

    def note(self, text: str) -> None:
        """Say something, on a line of its own."""
        ...


class _Bar:
    def __init__(self, bars: Bars, what: str, total: int | None) -> None:
        self._bars = bars
        self._id = bars.add_task(what, total=total)

    def advance(self, count: int = 1) -> None:
        self._bars.advance(self._id, count)

    def expect(self, total: int) -> None:
        self._bars.update(self._id, total=total)


class _BarProgress:
    def __init__(self, bars: Bars) -> None:
        self._bars = bars

    def begin(self, what: str, total: int | None = None) -> Task:
        return _Bar(self._bars, what, total)

    def note(self, text: str) -> None:
        self._bars.console.print(printable(text))


class LineTask:
    """Writes a line every few seconds. `clock` is monotonic, in seconds."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float], what: str, total: int | None) -> None:
        self._write = write
        self._clock = clock
        self._what = what
        self._total = total
        self._done = 0
        self._began = self._said = clock()

    def advance(self, count: int = 1) -> None:
        """So many more are done."""
        self._done += count
        now = self._clock()
        if now - self._said >= _EVERY:
            self._said = now
            self._write(self._line(now))

    def expect(self, total: int) -> None:
        """So many there will be."""
        self._total = total

    def _line(self, now: float) -> str:
        if not self._total or self._done >= self._total:
            return f"{self._what}: {self._done}"
        left = (now - self._began) / self._done * (self._total - self._done)
        return f"{self._what}: {self._done} of {self._total}, {duration(left)} left"


class _LineProgress:
    def __init__(self, console: Console) -> None:
        self._console = console

    def begin(self, what: str, total: int | None = None) -> Task:
        return LineTask(self._console.print, time.monotonic, what, total)

    def note(self, text: str) -> None:
        self._console.print(printable(text))


@contextmanager
def progress(console: Console) -> Iterator[Progress]:
    """Show reads on this console, as it allows."""
    if not is_live(console):
        yield _LineProgress(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console, transient=True, speed_estimate_period=_SPEED_SECONDS) as bars:
        yield _BarProgress(bars)


def duration(seconds: float) -> str:
    """About how long, for a person: `about 3 min`."""
    if seconds < _MINUTE:
        return "less than a minute"
    if seconds < _HOUR:
        return f"about {round(seconds / _MINUTE)} min"
    hours, rest = divmod(seconds, _HOUR)
    return f"about {int(hours)} h {int(rest // _MINUTE)} min"
