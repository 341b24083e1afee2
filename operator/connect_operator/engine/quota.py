"""The quota: who may call what next. One token bucket and one line per (account, region, operation).

Work waits here and not in a worker pool: a waiter is a callback, so ten thousand of them cost little, and what it is
for is decided when its turn comes.

A turn is granted a little ahead, so that the call can be prepared (its finalizer, its Secret); the call itself is paced
by a second bucket at the moment of sending. With one bucket alone, a pause of the process between turn and call bunches
the calls, and the service throttles them: 13 of 213 calls at 20 a second on a busy machine.
"""

from __future__ import annotations

import asyncio
import enum
import random
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from connect_operator.domain.spec import ApiRate
from connect_operator.engine.bucket import TokenBucket
from connect_operator.engine.lanes import Lanes
from connect_operator.engine.ports import Clock

_DEFAULT = "default"
_OLDEST_FIRST_EVERY = 8
# How much work is prepared ahead of its call, in seconds of the rate: at the default quota one call.
_AHEAD_SECONDS = 0.5


class Priority(enum.IntEnum):
    """Who goes first; within one, the oldest."""

    ASSIGNMENT = 0
    EDIT = 1
    DELETION = 2
    BACKLOG = 3
    DRIFT = 4


class Operation(NamedTuple):
    """What a service quota counts."""

    account: str
    region: str
    name: str


class Ticket:
    """A place in a line; `ahead` is how many waited before it when it was drawn."""

    __slots__ = ("_grant", "ahead", "operation", "priority", "since")

    def __init__(
        self, operation: Operation, priority: Priority, since: float, ahead: int, grant: Callable[[], None]
    ) -> None:
        self.operation = operation
        self.priority = priority
        self.since = since
        self.ahead = ahead
        self._grant = grant

    def grant(self) -> None:
        """Tell the waiter that it has a token."""
        self._grant()


class _Line:
    """Those who wait for one operation's tokens, by priority."""

    def __init__(self, bucket: TokenBucket, pace: TokenBucket) -> None:
        self.bucket = bucket
        self.pace = pace
        self.sending = asyncio.Lock()
        self.timer: asyncio.TimerHandle | None = None
        self.grants = 0
        self.classes: dict[Priority, OrderedDict[int, Ticket]] = {priority: OrderedDict() for priority in Priority}

    def __len__(self) -> int:
        return sum(len(waiters) for waiters in self.classes.values())

    def ahead_of(self, priority: Priority) -> int:
        return sum(len(waiters) for each, waiters in self.classes.items() if each <= priority)

    def pop(self) -> Ticket:
        """The next one: by priority, but every eighth token goes to who has waited longest, so nothing starves."""
        self.grants += 1
        heads = [next(iter(waiters.values())) for waiters in self.classes.values() if waiters]
        longest = self.grants % _OLDEST_FIRST_EVERY == 0
        ticket = min(heads, key=lambda head: head.since) if longest else heads[0]
        del self.classes[ticket.priority][id(ticket)]
        return ticket


class Quota:
    """All lines of all accounts and regions."""

    def __init__(self, clock: Clock, jitter: random.Random, *, lanes: int = 16) -> None:
        """`lanes`: how many calls can be under way at a time, of all operations together."""
        self._clock = clock
        self._jitter = jitter
        self._lanes = Lanes(lanes)
        self._lines: dict[Operation, _Line] = {}
        self._rates: dict[tuple[str, str], dict[str, dict[str, ApiRate]]] = {}

    def configure(self, account: str, region: str, rates: Mapping[str, ApiRate], *, source: str = "") -> None:
        """Set the quotas of an account in a region, by operation name or "default".

        Where several sources (ConnectInstances) speak of one account, the lowest rate that any of them names holds.
        """
        self._rates.setdefault((account, region), {})[source] = dict(rates)
        for operation, line in self._lines.items():
            if (operation.account, operation.region) == (account, region):
                rate = self._rate(operation)
                line.bucket.configure(rate.rate, rate.burst)
                line.pace.configure(rate.rate, rate.burst)
                self._pump_later(line)

    def try_take(self, operation: Operation) -> bool:
        """A token at once, if there is one and nobody waits for it."""
        line = self._line(operation)
        return len(line) == 0 and line.bucket.take(self._clock.monotonic())

    def enqueue(
        self,
        operation: Operation,
        priority: Priority,
        grant: Callable[[], None],
        *,
        since: float | None = None,
    ) -> Ticket:
        """Wait for a token; `grant` is called once, with the token taken. `since` keeps a former place's age."""
        line = self._line(operation)
        now = self._clock.monotonic()
        ticket = Ticket(operation, priority, now if since is None else since, line.ahead_of(priority), grant)
        line.classes[priority][id(ticket)] = ticket
        if since is not None:
            line.classes[priority].move_to_end(id(ticket), last=False)
        self._pump_later(line)
        return ticket

    def cancel(self, ticket: Ticket) -> None:
        """Leave the line; after the grant it does nothing."""
        self._line(ticket.operation).classes[ticket.priority].pop(id(ticket), None)

    def give_back(self, operation: Operation) -> None:
        """Return a granted token that was not used."""
        line = self._line(operation)
        line.bucket.give_back()
        self._pump_later(line)

    @asynccontextmanager
    async def sending(self, operation: Operation) -> AsyncIterator[None]:
        """Wait for the moment at which a call that has its turn may be sent; it is under way until the block ends.

        It takes a lane and is charged in the same moment. Calls that were charged and then waited for a lane would all
        go at once when a service that hung answers again (148 within 0.4 s at 8 a second, tried); those that kept a
        lane while their line is paused would hold up every other operation.
        """
        endpoint = (operation.account, operation.region)
        await self.pace(operation)
        while not self._lanes.take(endpoint):
            self.unpace(operation)
            await self._lanes.wait()
            await self.pace(operation)
        try:
            yield
        finally:
            self._lanes.give_back(endpoint)

    async def pace(self, operation: Operation) -> None:
        """Wait for the moment at which a call that has its turn may be sent."""
        line = self._line(operation)
        # One after another, each charged when it goes: times reserved in advance would all be due after a stall.
        async with line.sending:
            while True:
                now = self._clock.monotonic()
                if line.pace.take(now):
                    return
                await asyncio.sleep(line.pace.ready_at(now) - now)

    def unpace(self, operation: Operation) -> None:
        """The call was not sent after all."""
        self._line(operation).pace.give_back()

    def refused(self, operation: Operation) -> None:
        """The service throttled this operation or did not answer: pause its line."""
        line = self._line(operation)
        line.bucket.refused(self._clock.monotonic())
        line.pace.refused(self._clock.monotonic())
        self._pump_later(line)

    def succeeded(self, operation: Operation) -> None:
        """The service answered this operation."""
        line = self._line(operation)
        line.bucket.succeeded()
        line.pace.succeeded()

    async def acquire(self, operation: Operation, priority: Priority) -> None:
        """Wait for a token in a coroutine; cancelling it leaves the line, and loses no token."""
        if self.try_take(operation):
            return
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def grant() -> None:
            if granted.cancelled():
                self.give_back(operation)
            else:
                granted.set_result(None)

        ticket = self.enqueue(operation, priority, grant)
        try:
            await granted
        except asyncio.CancelledError:
            self.cancel(ticket)
            if granted.done() and not granted.cancelled():
                self.give_back(operation)
            raise

    def waiting(self) -> dict[Operation, int]:
        """How many wait, by operation."""
        return {operation: len(line) for operation, line in self._lines.items()}

    def tokens(self) -> dict[Operation, float]:
        """How many calls could be sent at once, by operation."""
        now = self._clock.monotonic()
        return {operation: line.pace.available(now) for operation, line in self._lines.items()}

    def rate(self, operation: Operation) -> float:
        """Tokens a second of that operation."""
        return self._line(operation).bucket.rate

    def close(self) -> None:
        """Grant nothing any more."""
        for line in self._lines.values():
            if line.timer is not None:
                line.timer.cancel()
                line.timer = None
            for waiters in line.classes.values():
                waiters.clear()

    def _line(self, operation: Operation) -> _Line:
        line = self._lines.get(operation)
        if line is None:
            rate, now = self._rate(operation), self._clock.monotonic()
            turns = TokenBucket(rate.rate, rate.burst, now, self._jitter, ahead=rate.rate * _AHEAD_SECONDS)
            line = _Line(turns, TokenBucket(rate.rate, rate.burst, now, self._jitter))
            self._lines[operation] = line
        return line

    def _rate(self, operation: Operation) -> ApiRate:
        sources = self._rates.get((operation.account, operation.region), {}).values()
        named = [rate for rates in sources if (rate := rates.get(operation.name) or rates.get(_DEFAULT)) is not None]
        return min(named, key=lambda rate: (rate.rate, rate.burst), default=ApiRate())

    def _pump_later(self, line: _Line) -> None:
        if line.timer is not None:
            line.timer.cancel()
            line.timer = None
        if len(line) == 0:
            return
        now = self._clock.monotonic()
        delay = max(0.0, line.bucket.ready_at(now) - now)
        line.timer = asyncio.get_running_loop().call_later(delay, self._pump, line)

    def _pump(self, line: _Line) -> None:
        line.timer = None
        while len(line) and line.bucket.take(self._clock.monotonic()):
            line.pop().grant()
        self._pump_later(line)
