"""The quota: who may call what next. One token bucket and one line per (account, region, operation).

Work waits here and not in a worker pool: a waiter is a callback, so ten thousand of them cost little, and what it is
for is decided when its turn comes.

A turn is granted a little ahead, so that the call can be prepared (its finalizer, its Secret); the call itself is paced
by a second bucket at the moment of sending. With one bucket alone, a pause of the process between turn and call bunches
the calls, and the service throttles them: 13 of 213 calls at 20 a second on a busy machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import NamedTuple

from connect_operator.domain.kinds.spec import ApiRate
from connect_operator.engine.leading.leadership import Alone
from connect_operator.engine.pace.lanes import Lanes
from connect_operator.engine.pace.line import Flow, Operation, Priority, Ticket
from connect_operator.engine.pace.paced import Paced
from connect_operator.engine.ports import Clock

__all__ = ["Flow", "LineState", "Operation", "Priority", "Quota", "Ticket"]

_DEFAULT = "default"
_NOBODY = Flow()


class LineState(NamedTuple):
    """A line now: tokens at hand, tokens a second, of what quota; per priority how many wait, and the longest wait."""

    tokens: float
    rate: float
    quota: float
    waiting: tuple[tuple[Priority, int, float], ...]


class Quota:
    """All lines of all accounts and regions."""

    def __init__(self, clock: Clock, jitter: random.Random, *, lanes: int = 16) -> None:
        """`lanes`: how many calls can be under way at a time, of all operations together."""
        self._clock = clock
        self._jitter = jitter
        self._lanes = Lanes(lanes)
        self._lines: dict[Operation, Paced] = {}
        self._rates: dict[tuple[str, str], dict[str, dict[str, ApiRate]]] = {}
        self.cleared: Callable[[], Awaitable[None]] = Alone().cleared
        """Waits until this process may make a call at all."""
        self.waited: Callable[[Ticket, float], None] = lambda _ticket, _seconds: None
        """Is told of each turn that was waited for, and how long."""

    def configure(self, account: str, region: str, rates: Mapping[str, ApiRate], *, source: str = "") -> None:
        """Set the quotas of an account in a region, by operation name or "default".

        Where several sources (ConnectInstances) speak of one account, the lowest rate that any of them names holds. A
        source speaks of one account and region at a time.
        """
        self._silence(source, but=(account, region))
        self._rates.setdefault((account, region), {})[source] = dict(rates)
        self._apply(account, region)

    def withdraw(self, source: str) -> None:
        """That source is gone, and what it said counts no more."""
        self._silence(source)

    def sources(self, account: str, region: str) -> int:
        """How many share the quotas of that account and region."""
        return len(self._rates.get((account, region), {}))

    def try_take(self, operation: Operation) -> bool:
        """A token at once, if there is one and nobody waits for it."""
        paced = self._paced(operation)
        return len(paced.line) == 0 and paced.bucket.take(self._clock.monotonic())

    def enqueue(
        self,
        operation: Operation,
        priority: Priority,
        grant: Callable[[], None],
        *,
        flow: Flow = _NOBODY,
        since: float | None = None,
    ) -> Ticket:
        """Wait for a token; `grant` is called once, with the token taken. `since` keeps a former place's age."""
        paced, now = self._paced(operation), self._clock.monotonic()
        if len(paced.line) == 0:
            paced.throughput.begin(paced.rate.at(now), now)
        ticket = Ticket(operation, priority, flow, now if since is None else since, grant)
        paced.line.join(ticket, again=since is not None)
        self._pump_later(paced)
        return ticket

    def cancel(self, ticket: Ticket) -> None:
        """Leave the line; after the grant it does nothing."""
        self._paced(ticket.operation).line.leave(ticket)

    def give_back(self, operation: Operation) -> None:
        """Return a granted token that was not used."""
        paced = self._paced(operation)
        paced.bucket.give_back()
        paced.throughput.note(-1.0, self._clock.monotonic())
        self._pump_later(paced)

    @contextlib.asynccontextmanager
    async def sending(self, operation: Operation) -> AsyncIterator[None]:
        """Wait for the moment at which a call that has its turn may be sent; it is under way until the block ends.

        It takes a lane and is charged in the same moment. Calls that were charged and then waited for a lane would all
        go at once when a service that hung answers again (148 within 0.4 s at 8 a second, tried); those that kept a
        lane while their line is paused would hold up every other operation.
        """
        endpoint = (operation.account, operation.region)
        await self.cleared()
        await self.pace(operation)
        again = False
        while not self._lanes.take(endpoint):
            self.unpace(operation)
            await self._lanes.wait(operation, again=again)
            again = True
            try:
                await self.cleared()
                await self.pace(operation)
            except BaseException:
                self._lanes.wake(operation)
                raise
        try:
            yield
        finally:
            self._lanes.give_back(endpoint)

    async def pace(self, operation: Operation) -> None:
        """Wait for the moment at which a call that has its turn may be sent."""
        paced = self._paced(operation)
        # One after another, each charged when it goes: times reserved in advance would all be due after a stall.
        async with paced.sending:
            await paced.take(paced.pace, self._clock)

    def unpace(self, operation: Operation) -> None:
        """The call was not sent after all."""
        self._paced(operation).pace.give_back()

    async def pace_prepared(self, operation: Operation, within: float) -> bool:
        """Wait for the moment at which a call may go that was prepared after its turn to be sent; False: not in time.

        Such calls are charged once more, in a bucket of their own, as they go. What stalled while they were prepared
        would else let them go all together (10 of 100 throttled at 20 a second after a stall of a second, tried).
        """
        paced = self._paced(operation)
        try:
            async with asyncio.timeout(within), paced.going:
                await paced.take(paced.gone, self._clock)
        except TimeoutError:
            return False
        return True

    def refused(self, operation: Operation, *, throttled: bool = True) -> None:
        """The service throttled this operation, or did not answer: pause its line; throttled, it goes on slower."""
        paced, now = self._paced(operation), self._clock.monotonic()
        if throttled:
            paced.rate.lower(now)
        paced.bucket.refused(now)
        paced.pace.refused(now)
        paced.gone.refused(now)
        paced.throughput.note(-1.0, now)
        self._pump_later(paced)

    def succeeded(self, operation: Operation) -> None:
        """The service answered this operation."""
        paced = self._paced(operation)
        paced.bucket.succeeded()
        paced.pace.succeeded()
        paced.gone.succeeded()

    async def acquire(self, operation: Operation, priority: Priority, *, flow: Flow = _NOBODY) -> None:
        """Wait for a token in a coroutine; cancelling it leaves the line, and loses no token."""
        if self.try_take(operation):
            return
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def grant() -> None:
            if granted.cancelled():
                self.give_back(operation)
            else:
                granted.set_result(None)

        ticket = self.enqueue(operation, priority, grant, flow=flow)
        try:
            await granted
        except asyncio.CancelledError:
            self.cancel(ticket)
            if granted.done() and not granted.cancelled():
                self.give_back(operation)
            raise

    def waiting(self) -> dict[Operation, int]:
        """How many wait, by operation."""
        return {operation: len(paced.line) for operation, paced in self._lines.items()}

    def backlog(self, instance: str) -> tuple[int, float]:
        """How many calls of that instance's tenants wait, and in how many seconds the last of them will have its turn.

        By what the lines really gave of late: others may use the same quota, within this process and outside.
        """
        pending, seconds, now = 0, 0.0, self._clock.monotonic()
        for paced in self._lines.values():
            waiters = paced.line.waiters(instance)
            if waiters:
                pending += waiters
                turns = paced.line.turns_until_done(instance)
                seconds = max(seconds, turns / paced.throughput.at(paced.rate.at(now), now))
        return pending, seconds

    def slowed(self, account: str, region: str) -> tuple[str, ...]:
        """The operations of that account and region that others use so much that they are called much more slowly."""
        now = self._clock.monotonic()
        lines = ((each, paced) for each, paced in self._lines.items() if each[:2] == (account, region))
        return tuple(sorted(operation.name for operation, paced in lines if paced.rate.slowed(now)))

    def lines(self) -> Iterator[tuple[Operation, LineState]]:
        """All lines as they are now."""
        now = self._clock.monotonic()
        for operation, paced in self._lines.items():
            rate, waiting = paced.rate, tuple(paced.line.by_priority(now))
            yield operation, LineState(paced.pace.available(now), rate.at(now), rate.quota, waiting)

    def rate(self, operation: Operation) -> float:
        """Tokens a second of that operation at present."""
        return self._paced(operation).rate.at(self._clock.monotonic())

    def close(self) -> None:
        """Grant nothing any more."""
        for paced in self._lines.values():
            if paced.timer is not None:
                paced.timer.cancel()
                paced.timer = None
            paced.line.clear()

    def _paced(self, operation: Operation) -> Paced:
        paced = self._lines.get(operation)
        if paced is None:
            paced = self._lines[operation] = Paced(self._rate(operation), self._clock.monotonic(), self._jitter)
        return paced

    def _rate(self, operation: Operation) -> ApiRate:
        sources = self._rates.get((operation.account, operation.region), {}).values()
        named = [rate for rates in sources if (rate := rates.get(operation.name) or rates.get(_DEFAULT)) is not None]
        return min(named, key=lambda rate: (rate.rate, rate.burst), default=ApiRate())

    def _silence(self, source: str, *, but: tuple[str, str] | None = None) -> None:
        for place in [each for each, sources in self._rates.items() if source in sources and each != but]:
            del self._rates[place][source]
            if self._rates[place]:
                self._apply(*place)
                continue
            del self._rates[place]
            # Of an account that nobody speaks of any more, nothing is to be told for ever.
            for operation in [each for each in self._lines if each[:2] == place]:
                if len(self._lines[operation].line) == 0:
                    del self._lines[operation]
            self._apply(*place)

    def _apply(self, account: str, region: str) -> None:
        for operation, paced in self._lines.items():
            if (operation.account, operation.region) == (account, region):
                paced.configure(self._rate(operation), self._clock.monotonic())
                self._pump_later(paced)

    def _pump_later(self, paced: Paced) -> None:
        if paced.timer is not None:
            paced.timer.cancel()
            paced.timer = None
        if len(paced.line) == 0:
            return
        now = self._clock.monotonic()
        delay = max(0.0, paced.bucket.ready_at(now) - now)
        paced.timer = asyncio.get_running_loop().call_later(delay, self._pump, paced)

    def _pump(self, paced: Paced) -> None:
        paced.timer = None
        while len(paced.line) and paced.bucket.take(now := self._clock.monotonic()):
            ticket = paced.line.pop()
            paced.throughput.note(1.0, now)
            self.waited(ticket, now - ticket.since_tick)
            ticket.grant()
        self._pump_later(paced)
