"""Random schedules around one Lease: at no time two lead, and a call that began has ended before another's begins.

Requests do not arrive or their answers are lost; processes are killed, stopped, frozen and begun anew.
CONNECT_OPERATOR_EXAMPLES sets how many are tried, CONNECT_OPERATOR_FIRST_SEED which; the suite tries a few.
"""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import dataclass, field

import pytest

from campaign.tally import TALLY

from .lease_world import CALL, LOST, OK, UNSEEN, Process, Server, now, play

pytestmark = pytest.mark.no_cover  # long

_STEPS = 4000
_FIRST = int(os.environ.get("CONNECT_OPERATOR_FIRST_SEED", "0"))
_EXAMPLES = int(os.environ.get("CONNECT_OPERATOR_EXAMPLES", "40"))


@dataclass
class Schedule:
    """One run. `busy`: who made the last call, and when that ends."""

    choice: random.Random
    server: Server = field(default_factory=Server)
    processes: list[Process] = field(default_factory=list)
    ended: list[Process] = field(default_factory=list)
    busy: tuple[str, float] = ("", 0.0)
    calls: int = 0

    def begin(self, name: str) -> Process:
        """A process on some machine."""
        return Process(self.server, name, self.choice.uniform(-1e5, 1e5))

    def check(self) -> None:
        """At most one leads; and calls as often as it may."""
        TALLY.step()
        everybody = [*self.processes, *self.ended]
        leading = [each.who for each in everybody if each.leads]
        assert len(leading) <= 1, leading
        for each in everybody:
            if each.calls:
                assert each.who == self.busy[0] or self.busy[1] <= now()
                self.busy = (each.who, now() + CALL)
                self.calls += 1

    async def disturb(self) -> None:
        """Something happens to one of them."""
        victim = self.choice.choice(self.processes)
        if victim.frozen is not None:
            victim.frozen.set()
            victim.frozen = None
        elif self.choice.random() < 0.5:
            victim.frozen = asyncio.Event()
        elif self.choice.random() < 0.5:
            if self.busy[0] == victim.who:
                self.busy = (victim.who, now())  # what is under way has ended before the Lease is given up
            await victim.stop()
        else:
            victim.task.cancel()

    def replace_ended(self, step: int) -> None:
        """Whose process has ended starts anew, some time."""
        for number, each in enumerate(self.processes):
            if each.task.done() and self.choice.random() < 0.02:
                if not each.task.cancelled():
                    each.task.exception()
                self.ended.append(each)
                self.processes[number] = self.begin(f"p{number}-{step}")
        self.ended = [each for each in self.ended if each.leads]


@pytest.mark.parametrize("seed", range(_FIRST, _FIRST + _EXAMPLES))
def test_at_no_time_two_lead(seed: int) -> None:
    TALLY.schedule()
    choice = random.Random(seed)  # noqa: S311 - a schedule
    unseen = choice.choice([1, 6])

    async def story() -> None:
        schedule = Schedule(choice)
        schedule.server.latency = choice.choice([0.001, 0.3, 1.4])
        schedule.server.trouble = lambda _who: choice.choices([OK, LOST, UNSEEN], [8, 1, unseen])[0]
        schedule.processes = [schedule.begin(f"p{number}") for number in range(3)]
        for step in range(_STEPS):
            schedule.check()
            if choice.random() < 0.01:
                await schedule.disturb()
            schedule.replace_ended(step)
            await asyncio.sleep(choice.uniform(0.05, 0.3))
        assert schedule.calls, "nobody has ever led"
        for each in schedule.processes:
            each.task.cancel()
        await asyncio.gather(*(each.task for each in schedule.processes), return_exceptions=True)

    play(story())
