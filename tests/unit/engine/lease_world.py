"""One Lease, an API server that answers or does not, and the processes that want it, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from connect_operator.engine.leading.election import Election, LeaseRecord
from connect_operator.engine.leading.leadership import Leadership
from connect_operator.engine.ports import ClusterUnavailableError, ObjectChangedError

from .virtual_time import EPOCH, run

CALL = 10.0
T = TypeVar("T")
OK, LOST, UNSEEN = "ok", "lost answer", "not arrived"


@dataclass
class Server:
    """The API server, with one Lease. `trouble` tells what becomes of a request of that process."""

    record: LeaseRecord | None = None
    versions: int = 0
    latency: float = 0.01
    trouble: Callable[[str], str] = lambda _who: OK
    writes: list[tuple[str, str]] = field(default_factory=list)

    def write(self, record: LeaseRecord) -> LeaseRecord:
        """Store it."""
        self.versions += 1
        self.record = replace(record, version=str(self.versions))
        return self.record


@dataclass
class LeaseOf:
    """The Lease as one process reaches it."""

    server: Server
    who: str
    name: str = "ns/connect-operator"

    async def read(self) -> LeaseRecord | None:
        return await self._request(lambda: self.server.record)

    async def create(self, record: LeaseRecord) -> LeaseRecord:
        def change() -> LeaseRecord:
            if self.server.record is not None:
                raise ObjectChangedError("it exists")
            self.server.writes.append((self.who, "create"))
            return self.server.write(record)

        return await self._request(change)

    async def update(self, record: LeaseRecord) -> LeaseRecord:
        def change() -> LeaseRecord:
            if self.server.record is None or self.server.record.version != record.version:
                raise ObjectChangedError("409")
            self.server.writes.append((self.who, "update"))
            return self.server.write(record)

        return await self._request(change)

    async def _request(self, action: Callable[[], T]) -> T:
        trouble = self.server.trouble(self.who)
        await asyncio.sleep(self.server.latency)
        if trouble == UNSEEN:
            await asyncio.sleep(3.0)
            raise ClusterUnavailableError("no answer within 3 s")
        answer = action()
        await asyncio.sleep(self.server.latency)
        if trouble == LOST:
            raise ClusterUnavailableError("no answer within 3 s")
        return answer


@dataclass
class SkewedClock:
    """A machine's clocks: their beginnings are anywhere."""

    offset: float

    def now(self) -> float:
        return EPOCH + self.offset * 1000

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time() + self.offset


@dataclass
class Process:
    """One operator; `frozen`: stopped by a signal, its clock goes on."""

    server: Server
    who: str
    offset: float = 0.0
    leadership: Leadership = field(init=False)
    task: asyncio.Task[None] = field(init=False)
    rose: list[float] = field(default_factory=list)
    frozen: asyncio.Event | None = None

    def __post_init__(self) -> None:
        clock = SkewedClock(self.offset)
        self.leadership = Leadership(
            LeaseOf(self.server, self.who), Election(self.who), clock, CALL, risen=self._risen, sleep=self._sleep
        )
        self.task = asyncio.get_running_loop().create_task(self.leadership.run())

    def _risen(self) -> None:
        self.rose.append(asyncio.get_running_loop().time())

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if self.frozen is not None:
            await self.frozen.wait()

    @property
    def leads(self) -> bool:
        return self.leadership.leads()

    @property
    def calls(self) -> bool:
        """Whether a call may begin."""
        return self.leadership.may_call(CALL)

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.leadership.resign()


def now() -> float:
    return asyncio.get_running_loop().time()


async def until(holds: Callable[[], bool], patience: float = 60.0) -> float:
    """Wait, and tell for how many seconds."""
    began = now()
    while not holds():
        assert now() - began < patience
        await asyncio.sleep(0.01)
    return now() - began


def play(main: Coroutine[Any, Any, None]) -> None:
    run(main)
