"""What a person sees: one line that moves while something runs, tables at its end."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

_WIDTH = 110
_SECONDS_BETWEEN_LINES = 30.0
"""Where no line can be changed, as in CI."""


def a_console() -> Console:
    """For a terminal, or for a file that is as wide as a terminal."""
    console = Console(highlight=False, markup=False, emoji=False)
    if console.is_interactive:
        return console
    return Console(highlight=False, markup=False, emoji=False, no_color=True, width=_WIDTH)


@dataclass
class Line:
    """The line that moves."""

    console: Console
    live: Live | None = None
    began: float = field(default_factory=time.monotonic)
    _told: float = 0.0

    def show(self, text: str) -> None:
        """Say how things stand."""
        now = time.monotonic()
        told = f"{now - self.began:6.0f} s  {text}"
        if self.live is not None:
            self.live.update(Text(told))
        elif now - self._told > _SECONDS_BETWEEN_LINES:
            self._told = now
            self.console.print(told)


@contextmanager
def moving_line(console: Console) -> Iterator[Line]:
    """A line that moves where the terminal can, and is printed now and then where it cannot."""
    if not console.is_interactive:
        yield Line(console)
        return
    with Live(console=console, refresh_per_second=2, transient=True) as live:
        yield Line(console, live)


def a_table(*columns: str, rows: Sequence[Sequence[object]]) -> Table:
    """Numbers to the right, everything else to the left."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for number, name in enumerate(columns):
        numeric = all(isinstance(row[number], int | float) for row in rows)
        made.add_column(name, justify="right" if numeric else "left")
    for row in rows:
        made.add_row(*(f"{each:,}".replace(",", " ") if isinstance(each, int) else str(each) for each in row))
    return made
