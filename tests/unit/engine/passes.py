"""A scheduler in virtual time, over passes that do what the test says and note when they came."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.pace.quota import Operation, Priority, Quota
from connect_operator.engine.pace.scheduler import Scheduler
from connect_operator.engine.pace.turn import NeedsToken, Next, Settled, Turn

from .virtual_time import LoopClock, run

CREATE = Operation("123456789012", "us-east-1", "CreateUser")
JDOE, JROE = ObjectKey("team-a", "jdoe"), ObjectKey("team-a", "jroe")


@dataclass
class Passes:
    """Runs what the test says for each key, and notes every pass."""

    behaviour: Callable[[ObjectKey, Turn], Awaitable[Next]]
    turns: list[tuple[ObjectKey, bool, bool]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    running: int = 0
    most: int = 0

    async def __call__(self, key: ObjectKey, turn: Turn) -> Next:
        self.turns.append((key, turn.grant is not None, turn.edited))
        self.times.append(asyncio.get_running_loop().time())
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            return await self.behaviour(key, turn)
        finally:
            self.running -= 1

    def of(self, key: ObjectKey) -> int:
        return sum(each == key for each, _, _ in self.turns)


def in_virtual_time(
    behaviour: Callable[[ObjectKey, Turn], Awaitable[Next]],
    test: Callable[[Scheduler, Quota, Passes], Awaitable[None]],
    *,
    concurrency: int = 32,
) -> None:
    async def main() -> None:
        clock = LoopClock()
        quota = Quota(clock, random.Random(1))  # noqa: S311 - spreads pauses, guards nothing
        passes = Passes(behaviour)
        await test(Scheduler(passes, quota, clock, concurrency), quota, passes)

    run(main())


async def short(_key: ObjectKey, _turn: Turn) -> Next:
    await asyncio.sleep(1)
    return Settled()


async def creating(_key: ObjectKey, turn: Turn) -> Next:
    """Needs one token, and uses it."""
    if turn.grant is None:
        return NeedsToken(CREATE, Priority.BACKLOG)
    turn.grant.used = True
    return Settled()


def drain(quota: Quota, operation: Operation = CREATE) -> None:
    while quota.try_take(operation):
        pass
