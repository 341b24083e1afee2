"""A process dies once at every request about the Lease: never two lead, and soon one does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from campaign.tally import TALLY

from .lease_world import OK, Process, Server, now, play

pytestmark = pytest.mark.no_cover  # long

_SOON = 17.0
BEFORE, AFTER = "just before", "just after"


@dataclass
class Story:
    """One leads, one stands by; the leader is stopped, the other takes over, the first comes back and takes over again.

    `dies`: at which request a process dies; it begins anew at once.
    """

    dies: int | None
    when: str
    server: Server = field(default_factory=lambda: Server(latency=0.05))
    processes: dict[str, Process] = field(default_factory=dict)
    dead: list[Process] = field(default_factory=list)
    requests: int = 0
    begun: int = 0
    stopping: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.server.trouble = self._request

    def _request(self, who: str) -> str:
        if self.requests == self.dies:
            process = self.processes.get(who.partition("-")[0])
            dying = process.task if process is not None else self.stopping
            assert dying is not None
            pause = 0.0 if self.when == BEFORE else 1.5 * self.server.latency
            asyncio.get_running_loop().call_later(pause, dying.cancel)
        self.requests += 1
        return OK

    def begin(self, place: str) -> None:
        """A process in that place, with a name of its own; a new one where it has died."""
        if place in self.processes:
            self.dead.append(self.processes.pop(place))
        self.begun += 1
        who = f"{place}-{self.begun}"
        self.processes[place] = Process(self.server, who, offset=self.begun * 1000.0)

    async def let_pass(self, seconds: float) -> None:
        """Look all the time."""
        end = now() + seconds
        while now() < end:
            leading = [each.who for each in (*self.processes.values(), *self.dead) if each.leads]
            assert len(leading) <= 1, leading
            for place, each in list(self.processes.items()):
                if each.task.done():
                    self.begin(place)
            await asyncio.sleep(0.1)

    async def leader(self) -> str:
        """The place of who leads, by now or soon."""
        await self.let_pass(_SOON)
        if not any(each.leads for each in self.processes.values()):
            await self.let_pass(_SOON)  # it has died a moment ago
        leading = [place for place, each in self.processes.items() if each.leads]
        assert len(leading) == 1, "nobody leads"
        return leading[0]

    async def hand_over(self) -> None:
        """Who leads is stopped; another takes over, and one comes back in the first one's place."""
        place = await self.leader()
        process = self.processes.pop(place)
        self.dead.append(process)
        self.stopping = asyncio.get_running_loop().create_task(process.stop())
        await asyncio.gather(self.stopping, return_exceptions=True)
        await self.leader()
        self.begin(place)

    async def run(self) -> None:
        """From the beginning to the end."""
        for who in ("one", "two"):
            self.begin(who)
        await self.hand_over()
        await self.leader()
        for each in (*self.processes.values(), *self.dead):
            each.task.cancel()
        await asyncio.gather(*(each.task for each in (*self.processes.values(), *self.dead)), return_exceptions=True)


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_a_crash_at_every_request(when: str) -> None:
    clean = Story(None, when)
    play(clean.run())
    assert clean.requests > 30
    for number in range(clean.requests - 2):
        TALLY.point()
        play(Story(number, when).run())
