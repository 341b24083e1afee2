"""Everything that the demonstration writes: headings, commands, manifests, tables, observations, progress.

Plain lines with the seconds since the start when there is no terminal: no colour, no cursor movement.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

LOG_WIDTH = 110
"""Columns where there is no terminal that says how many it has."""
_MARGIN, _INDENT = 8, 10
_NARROW = 105
"""Below so many columns, IDs are shortened and the least interesting column is left out."""
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_SECONDS_BETWEEN_LINES = 2.0


def make_console(*, recording: bool = False) -> Console:
    """Standard output as it is: a terminal, a pipe or a file; as wide as a log where it is recorded, to be drawn."""
    console = Console(highlight=False, markup=False, emoji=False)
    if recording or not console.is_interactive:
        console = Console(highlight=False, markup=False, emoji=False, no_color=True, width=LOG_WIDTH, record=recording)
    return console


@dataclass
class Screen:
    """Where the demonstration is told. `clock` is monotonic, in seconds."""

    console: Console
    clock: Callable[[], float]
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    def timed(self, text: str, style: str = "") -> None:
        """A line with the seconds since the start in front."""
        self._wrapped(f"{self.clock() - self.began:5.1f} s ", text, style)

    def say(self, text: str) -> None:
        """Plain words, without a time."""
        self._wrapped(" " * _MARGIN, text)

    def observed(self, text: str) -> None:
        """Something that was seen to be so."""
        self.timed(text, "green")

    def failed(self, text: str) -> None:
        """Something that was not seen."""
        self.timed(text, "bold red")

    def heading(self, text: str) -> None:
        """The beginning of an act."""
        self.console.print()
        self.console.rule(Text(text, style="bold"), align="left", characters="-", style="dim")

    def command(self, text: str) -> None:
        """What a person would type."""
        self.console.print(Text(f"{' ' * _MARGIN}$ {text}", style="bold cyan"), soft_wrap=True)

    def document(self, text: str, language: str = "yaml") -> None:
        """A manifest, a diff or an answer, as it is."""
        lines = text.strip("\n")
        if self.console.is_interactive:
            shown = Syntax(lines, language, theme="ansi_dark", background_color="default", word_wrap=True)
            self.console.print(Padding(shown, (0, 0, 0, _INDENT)))
        else:
            self.console.print(textwrap.indent(lines, " " * _INDENT), soft_wrap=True)

    def quote(self, text: str) -> None:
        """What a program said, in lines that fit."""
        for line in text.splitlines():
            self._wrapped(" " * _INDENT, line)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Columns as kubectl prints them."""
        narrow = self.console.width < _NARROW
        shown = [index for index, column in enumerate(columns) if not (narrow and column == "AGE")]
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for index in shown:
            table.add_column(columns[index], no_wrap=True)
        for row in rows:
            cells = (_UUID.sub(lambda found: f"{found[0][:8]}..", cell) if narrow else cell for cell in row)
            table.add_row(*(cell for index, cell in enumerate(cells) if index in shown))
        self.console.print(Padding(table, (0, 0, 0, _MARGIN if narrow else _INDENT), expand=False))

    def render(self, what: RenderableType) -> None:
        """Anything else."""
        self.console.print(what)

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[int, str], None]]:
        """Yields a function that takes how many are done and a remark: a bar, or for a log a line now and then."""
        if not self.console.is_interactive:
            yield _Lines(self, total).update
            return
        count = TextColumn(f"{' ' * _MARGIN}{{task.completed:.0f}} of {{task.total:.0f}}")
        columns = (count, BarColumn(30), TextColumn("{task.fields[remark]}"))
        with Progress(*columns, console=self.console) as bar:
            task = bar.add_task("", total=total, remark="")

            def update(done: int, remark: str, task: TaskID = task) -> None:
                bar.update(task, completed=done, remark=remark)

            yield update

    def _wrapped(self, prefix: str, text: str, style: str = "") -> None:
        """Text in lines that fit, the first one behind the prefix, the others below its beginning."""
        width = max(self.console.width - len(prefix), 40)
        first, *others = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
        self.console.print(Text.assemble((prefix, "dim"), (first, style)), soft_wrap=True)
        for line in others:
            self.console.print(Text(f"{' ' * len(prefix)}{line}", style=style), soft_wrap=True)


class _Lines:
    """Progress for a log: a line at the start, at the end, and every other second between."""

    def __init__(self, screen: Screen, total: int) -> None:
        self._screen = screen
        self._total = total
        self._last = float("-inf")
        self._done = -1

    def update(self, done: int, remark: str) -> None:
        """Write a line if there is something new to say and the last one is not from just now."""
        now = self._screen.clock()
        if done != self._done and (done == self._total or now - self._last >= _SECONDS_BETWEEN_LINES):
            self._done, self._last = done, now
            self._screen.timed(f"{done:2} of {self._total}  {remark}")
