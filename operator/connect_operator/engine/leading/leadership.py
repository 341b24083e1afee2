"""Leading, or standing by: keeps the one Lease, and says when a call may be made.

The decisions are in election.py. Here they are carried out for as long as the process lives: an API server that is away
ends nobody's lead for good. While the Lease cannot be renewed no call is begun; if nobody else has held it meanwhile,
the work goes on where it was; if somebody has, LeadershipLostError ends the process, since what it remembers is out of
date.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from connect_operator.domain.text.timestamps import rfc3339_micro
from connect_operator.engine.leading.election import Election, LeaseRecord, Move
from connect_operator.engine.ports import Clock, ClusterUnavailableError, ObjectChangedError

logger = logging.getLogger(__name__)

_LIVELY = 0.05


class LeadershipLostError(Exception):
    """Another process has taken the Lease over."""


class LeaseApi(Protocol):
    """The one Lease in Kubernetes. All raise ClusterUnavailableError, and PermissionError that says what to grant."""

    @property
    def name(self) -> str:
        """Namespace and name, for people."""
        ...

    async def read(self) -> LeaseRecord | None:
        """The Lease, None when there is none."""
        ...

    async def create(self, record: LeaseRecord) -> LeaseRecord:
        """Make it; returns it with its version. Raises ObjectChangedError when there is one."""
        ...

    async def update(self, record: LeaseRecord) -> LeaseRecord:
        """Write it over the version that the record names. Raises ObjectChangedError when it is another by now."""
        ...


class Clearance(Protocol):
    """Whether this process may act."""

    def leads(self) -> bool:
        """Whether nobody else can lead at present."""
        ...

    def may_call(self, seconds: float) -> bool:
        """Whether a call that ends within so many seconds may begin now. Can be asked on any thread."""
        ...

    async def cleared(self) -> None:
        """Wait until a call may begin."""


class Alone:
    """Clearance of a process without leader election: always."""

    def leads(self) -> bool:
        """See Clearance."""
        return True

    def may_call(self, seconds: float) -> bool:
        """See Clearance."""
        return seconds >= 0

    async def cleared(self) -> None:
        """See Clearance."""


@dataclass(slots=True)
class Leadership:
    """`call_seconds`: how long a call lasts at most. `risen` is told once, when this process begins to lead.

    `beat` is told of each step, for the health check.
    """

    lease: LeaseApi
    election: Election
    clock: Clock
    call_seconds: float
    risen: Callable[[], None] = lambda: None
    beat: Callable[[], None] = lambda: None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _renewed: asyncio.Event = field(default_factory=asyncio.Event)
    _doubtful: bool = False
    _refused: str = ""
    _told: str = ""
    _giving_way: bool = False

    def leads(self) -> bool:
        """See Clearance."""
        return self.election.leads(self.clock.monotonic())

    def may_call(self, seconds: float) -> bool:
        """See Clearance."""
        return not self._giving_way and self.clock.monotonic() + seconds <= self.election.deadline

    async def cleared(self) -> None:
        """See Clearance."""
        while not self.may_call(self.call_seconds) and not self._giving_way:
            await self._renewed.wait()

    def give_way(self) -> None:
        """The process is stopping: nobody waits any more, and nothing more is sent."""
        self._giving_way = True
        self._renewed.set()

    async def run(self) -> None:
        """Stand by, lead, renew; for ever. Raises LeadershipLostError, PermissionError."""
        while True:
            self.beat()
            move = self.election.next_move(self.clock.monotonic())
            if move is Move.END:
                raise LeadershipLostError(self._lost())
            if move is None:
                await self._rest()
                self.election.look_again()
            elif not await self._made(move) or move is not Move.READ:
                await self._rest()

    async def resign(self) -> None:
        """Give the Lease up, so that another takes it at once. `run` has ended, perhaps in the middle of a renewal."""
        if not self.leads():
            return
        self.election.resign()
        try:
            found = await self.lease.read()
            if found is None or found.holder != self.election.identity:
                return
            await self.lease.update(_written(found, holder="", now=self.clock.now(), duration=1.0))
        except (ClusterUnavailableError, ObjectChangedError, PermissionError) as error:
            logger.warning("the Lease %s could not be given up, it runs out: %s", self.lease.name, error)
        else:
            logger.info("gave up the Lease %s", self.lease.name)

    async def _rest(self) -> None:
        self._warn()
        await self.sleep(max(_LIVELY, self.election.pause(self.clock.monotonic())))

    async def _made(self, move: Move) -> bool:
        """Make that move; tells whether it came through."""
        try:
            await self._make(move)
        except ObjectChangedError:
            self.election.look_again()
            return False
        except ClusterUnavailableError as error:
            self.election.look_again()
            if not error.spared:
                logger.warning("the Lease %s: %s", self.lease.name, error)
            return False
        except PermissionError as error:
            self.election.look_again()
            if not self.election.has_led:
                raise
            self._refuse(str(error))
            return False
        return True

    async def _make(self, move: Move) -> None:
        known, identity, sent = self.election.known, self.election.identity, self.clock.monotonic()
        if move is Move.READ:
            self.election.saw(found := await self.lease.read(), self.clock.monotonic())
            self._tell(found)
            return
        record = _written(
            known or LeaseRecord(transitions=-1), holder=identity, now=self.clock.now(), duration=self._duration
        )
        write = self.lease.create if move is Move.CREATE else self.lease.update
        self._hold(await write(record), sent)

    def _hold(self, record: LeaseRecord, sent: float) -> None:
        first = not self.election.has_led
        self.election.renewed(record, sent)
        before, self._renewed = self._renewed, asyncio.Event()
        before.set()
        if self._doubtful:
            logger.info("the Lease %s is renewed again; nobody else has led, so work goes on", self.lease.name)
        self._doubtful, self._refused = False, ""
        if first:
            logger.info("leads from now on, by the Lease %s as %s", self.lease.name, self.election.identity)
            self.risen()

    @property
    def _duration(self) -> float:
        return self.election.terms.duration

    def _tell(self, found: LeaseRecord | None) -> None:
        """Say whom this process stands by for."""
        holder = found.holder if found is not None else ""
        if holder and holder not in (self._told, self.election.identity) and not self.election.has_led:
            logger.info("stands by: %s leads, by the Lease %s", holder, self.lease.name)
        self._told = holder

    def _warn(self) -> None:
        if not self._doubtful and self.election.in_doubt(self.clock.monotonic()):
            self._doubtful = True
            logger.warning(
                "the Lease %s has not been renewed for %g s; no call to AWS is made until it is",
                self.lease.name,
                self.election.terms.renew_within,
            )

    def _refuse(self, text: str) -> None:
        if self._refused != text:
            self._refused = text
            logger.error("%s", text)

    def _lost(self) -> str:
        known = self.election.known
        holder = (known.holder if known is not None else "") or "somebody who has given it up again"
        return (
            f"the Lease {self.lease.name} was taken over by {holder}, so this process leads no more; it ends, and when "
            "it is started again it stands by"
        )


def _written(before: LeaseRecord, *, holder: str, now: float, duration: float) -> LeaseRecord:
    """The Lease as it is to be: a renewal, or a new term where the holder is another."""
    renewal = before.holder == holder
    moment = rfc3339_micro(now)
    return LeaseRecord(
        holder=holder,
        duration=duration,
        acquire_time=before.acquire_time if renewal and before.acquire_time else moment,
        renew_time=moment,
        transitions=before.transitions + (0 if renewal or not holder else 1),
        version=before.version,
    )
