"""`status --watch`: looks again and again; a live display on a terminal, a line for each change elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from connect_operator.cli.cluster import ClusterError
from connect_operator.cli.progress import duration
from connect_operator.cli.status.forecast import Forecast
from connect_operator.cli.status.snapshot import Snapshot
from connect_operator.cli.status.text import instance_lines, on_a_line, reason_line, stuck_lines
from connect_operator.cli.terminal import is_live, printable
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.ports import Clock

_EVERY = 2.0
# Listing 10 000 objects costs the API server something: at most a fifth of the time is spent on it.
_SHARE = 4.0
_MARGIN = 10


class Display(Protocol):
    """Where snapshots are shown."""

    def show(self, snapshot: Snapshot, left: float | None, now: float) -> None:
        """Show this one; `left`: seconds until all is done, None: not known."""
        ...

    def trouble(self, message: str, now: float) -> None:
        """Say that the cluster does not answer."""
        ...


@dataclass(slots=True)
class Lines:
    """A line when something has changed; a stuck object is told once with its message."""

    console: Console
    _said: str = ""
    _told: set[tuple[str, str, str]] = field(default_factory=set)

    def show(self, snapshot: Snapshot, left: float | None, now: float) -> None:
        """See Display."""
        counts = f"{snapshot.done} of {snapshot.total} ready, {snapshot.going} going on, {len(snapshot.stuck)} stuck"
        if counts != self._said:
            self._said = counts
            self.console.print(f"{rfc3339(now)} {counts}{_left(left)}")
        current = {(each.namespace, each.name, each.reason): each for each in snapshot.stuck}
        for key in sorted(current.keys() - self._told):
            each = current[key]
            self.console.print(
                f"{rfc3339(now)} {each.namespace}/{each.name} {printable(each.reason)}: {on_a_line(each.message)}"
            )
        self._told = set(current)

    def trouble(self, message: str, now: float) -> None:
        """See Display."""
        if message != self._said:
            self._said = message
            self.console.print(f"{rfc3339(now)} {printable(message)}; trying again")


@dataclass(slots=True)
class Screen:
    """A display that is drawn over."""

    live: Live

    def show(self, snapshot: Snapshot, left: float | None, now: float) -> None:
        """See Display."""
        bar = Table.grid(padding=(0, 1))
        counts = Text(f"{snapshot.done} of {snapshot.total} ready{_left(left)}")
        bar.add_row(ProgressBar(total=max(1, snapshot.total), completed=snapshot.done, width=40), counts)
        height = self.live.console.height - len(snapshot.instances) - _MARGIN
        width = self.live.console.width
        stuck = stuck_lines(snapshot.stuck, now, wide=False, most=max(1, height), width=width) if snapshot.stuck else ()
        parts = [*instance_lines(snapshot, now, width), Text(), bar, reason_line(snapshot), Text(), *stuck]
        for part in parts:
            if isinstance(part, Text):
                part.no_wrap, part.overflow = True, "ellipsis"
        self.live.update(Group(*parts), refresh=True)

    def trouble(self, message: str, now: float) -> None:
        """See Display."""
        text = Text(f"{rfc3339(now)} {printable(message)}; trying again", style="red")
        self.live.update(text, refresh=True)


async def watch(look: Callable[[], Awaitable[Snapshot]], display: Display, clock: Clock) -> None:
    """Look and show until cancelled. Raises ClusterError when the first look fails."""
    forecast = Forecast()
    seen = False
    while True:
        began = clock.monotonic()
        try:
            snapshot = await look()
        except ClusterError as error:
            if not seen:
                raise
            display.trouble(str(error), clock.now())
        else:
            seen = True
            left = forecast.left(snapshot, now=clock.now(), monotonic=clock.monotonic())
            display.show(snapshot, left, clock.now())
        await asyncio.sleep(max(_EVERY, _SHARE * (clock.monotonic() - began)))


async def watch_on(console: Console, look: Callable[[], Awaitable[Snapshot]], clock: Clock) -> None:
    """Watch, in the way that suits the console."""
    if not is_live(console):
        await watch(look, Lines(console), clock)
        return
    with Live(console=console, auto_refresh=False) as live:
        await watch(look, Screen(live), clock)


def _left(left: float | None) -> str:
    return f", {duration(left)} left" if left else ""
