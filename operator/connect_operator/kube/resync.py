"""Comparing what the cluster holds with what the watch delivered, and delivering the rest.

A watch may fall silent, and after a 410 kopf lists anew without noticing what has been deleted meanwhile. So all
objects are listed now and then, as metadata only, and the differences go through the same doors as the watch's events.
What differs is decided in comparison.py, whether the list is of the same history at all in history.py. The first pass
reads whole objects: it is complete seconds before kopf has listed as many.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

import msgspec

from connect_operator.domain.kinds.objects import ObjectKey, Version
from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.comparison import Comparison
from connect_operator.kube.connection import (
    PARTIAL_LIST,
    Connection,
    NotFoundError,
    NotServedError,
    Request,
    RequestRefusedError,
)
from connect_operator.kube.history import CHECK_SECONDS, History
from connect_operator.kube.judges import Hold, Judges, NoJudges
from connect_operator.kube.kinds import Controllers, Listing, listings
from connect_operator.kube.listing import PAGE_SIZE, FullPage, MetadataPage, next_limit, pages
from connect_operator.kube.served import CrdMissingError, Served

_log = logging.getLogger(__name__)

_READERS = 8
"""Reads of single objects at the same time."""


@dataclass
class Found:
    """What a pass found that the watch had not delivered."""

    changed: int = 0
    gone: int = 0


@dataclass
class _Schedule:
    """When the next pass is due, in seconds of waiting."""

    interval: float
    waited: float = 0.0
    wanted: bool = False
    """An outage or a doubt has ended: what the API server shows is compared at once."""

    def due(self) -> bool:
        return self.wanted or self.waited >= self.interval

    def done(self) -> None:
        self.waited, self.wanted = 0.0, False


@dataclass(frozen=True)
class ResyncOptions:
    """No namespaces means all of them; `interval` is in seconds. `judges` wait while a list is being read."""

    namespaces: Collection[str] = ()
    interval: float = 300.0
    judges: Judges = field(default_factory=NoJudges)


class Resync:
    """The passes, and the loop that makes them."""

    def __init__(
        self,
        connection: Connection,
        controllers: Controllers,
        options: ResyncOptions = ResyncOptions(),
        served: Served | None = None,
    ) -> None:
        self._connection = connection
        self._served = served or Served(connection)
        self._schedule = _Schedule(options.interval)
        self._kinds = listings(controllers, options.namespaces)
        self._history = History(connection, self._kinds, lambda: asyncio.get_running_loop().time())
        self.page_size = PAGE_SIZE
        """How many objects one page is to hold, by the heaviest page of the first pass."""
        self._doubt, self._reading = Hold(options.judges), Hold(options.judges)

    async def first_pass(self) -> None:
        """Hand all objects over, those first that others refer to; when it returns, the engine knows them all.

        Raises CrdMissingError, PermissionError, ClusterUnavailableError; it can be repeated, and then tells also what
        of the former attempt is gone.
        """
        for kind in self._kinds:
            try:
                await self._read_all(kind)
            except (NotFoundError, NotServedError) as error:
                if not await self._served.find_gone([kind.plural]):
                    raise CrdMissingError([kind.plural]) from error
        self._let_go()

    async def _read_all(self, kind: Listing) -> None:
        former = dict(kind.controller.known())
        version = ""
        for path in kind.lists:
            async for page in pages(self._connection, path, FullPage, "application/json"):
                version = page.metadata.resource_version
                self._history.note(kind, version)
                self.page_size = min(self.page_size, next_limit(page.weight(), len(page.items)))
                for raw in page.objects():
                    kind.deliver(raw)
                    former.pop(ObjectKey(raw["metadata"].get("namespace", ""), raw["metadata"]["name"]), None)
        for key, known in former.items():
            kind.controller.gone(key, known.uid, version)

    async def run(
        self,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        done: Callable[[Found], None] = lambda _found: None,
    ) -> None:
        """A pass after each interval until cancelled; a failed one is logged and repeated soon.

        Raises HistoryLostError when the API server's history is not the one that is known; CrdMissingError and
        CrdReturnedError when a kind has gone or come back.
        """
        pause = min(CHECK_SECONDS, self._schedule.interval)
        while True:
            await sleep(pause)
            self._schedule.waited += pause
            try:
                found = await self._look()
            except (ClusterUnavailableError, RequestRefusedError) as error:
                _log.warning("the cluster's objects could not be compared, will try again: %s", error)
                self._schedule.wanted = True
            else:
                if found is not None:
                    done(found)

    async def _look(self) -> Found | None:
        """Ask how far the API server's history is, and compare all if that is due."""
        await self._served.check()
        self._let_go()
        try:
            current = await self._history.check()
        except (NotFoundError, NotServedError):
            if not await self._served.find_gone([kind.plural for kind in self._kinds]):
                raise
            return None
        self._doubt.set(on=not current)
        if not current:
            self._schedule.wanted = True
        if not current or not self._schedule.due():
            return None
        found = await self.resync()
        self._schedule.done()
        return found

    def _let_go(self) -> None:
        """A kind that is done without has no objects any more; the watch of the others was begun anew without it."""
        gone = [kind for kind in self._kinds if kind.plural in self._served.gone]
        for kind in gone:
            for key, known in dict(kind.controller.known()).items():
                kind.controller.gone(key, known.uid, known.resource_version)
        if gone:
            self._kinds = tuple(kind for kind in self._kinds if kind not in gone)
            self._history.kinds = self._kinds
            self._schedule.wanted = True

    async def resync(self) -> Found:
        """One pass: tell the engine what it does not know. Raises as `Connection.request` does, and HistoryLostError.

        One that an outage interrupts leaves the judges waiting for the next: what is known is part of a newer list.
        """
        found = Found()
        try:
            for kind in self._kinds:
                await self._compare_and_tell(kind, found)
        except RequestRefusedError:
            self._reading.set(on=False)
            raise
        self._reading.set(on=False)
        if found.changed or found.gone:
            _log.info("the watch had missed %d changes and %d deletions", found.changed, found.gone)
        return found

    async def _compare_and_tell(self, kind: Listing, found: Found) -> None:
        # The snapshot comes before the list: what is created after it and listed is only read once too often.
        comparison = Comparison(dict(kind.controller.known()), dict(kind.controller.buried()))
        version = await self._compare(kind, comparison)
        if version is None:
            return
        missed = self._missed(kind, comparison)
        if missed or comparison.gone():
            self._reading.set(on=True)
        self._report_gone(kind, comparison, version, found)
        await self._read(kind, missed, found)

    async def _compare(self, kind: Listing, comparison: Comparison) -> str | None:
        """The list's version; None for a list that proves nothing."""
        newest, version = comparison.newest(), ""
        for path in kind.lists:
            version = ""
            async for page in pages(self._connection, path, MetadataPage, PARTIAL_LIST):
                if not version:
                    version = page.metadata.resource_version
                    if version.isdecimal() and int(version) < newest:
                        _log.warning("the API server lags behind: %s are older than what it sent", kind.plural)
                        return None
                for item in page.items or ():
                    listed = item.metadata
                    key = ObjectKey(listed.namespace, listed.name)
                    comparison.see(key, Version(listed.uid, listed.resource_version))
        return version

    def _missed(self, kind: Listing, comparison: Comparison) -> list[ObjectKey]:
        # Where the store has moved on since the snapshot, the watch is at work: nothing was missed.
        current = kind.controller.known()
        return [key for key, version in comparison.changed.items() if current.get(key) == version]

    async def _read(self, kind: Listing, missed: list[ObjectKey], found: Found) -> None:
        keys = iter(missed)

        async def reader() -> None:
            for key in keys:
                try:
                    body = await self._connection.request(Request("GET", kind.path(key)))
                except NotFoundError:
                    continue  # gone since it was listed; the watch or the next pass will tell
                found.changed += 1
                kind.deliver(msgspec.json.decode(body))

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(_READERS, len(missed))):
                    group.create_task(reader())
        except ExceptionGroup as several:
            raise several.exceptions[0] from None  # they all tell of the same API server

    def _report_gone(self, kind: Listing, comparison: Comparison, version: str, found: Found) -> None:
        current = kind.controller.known()
        for key, known in comparison.gone().items():
            now = current.get(key)
            if now is not None and now.uid == known.uid:
                found.gone += 1
                # A successor on the list is newer than the one that is gone, and older than the list.
                kind.controller.gone(key, known.uid, known.resource_version if key in comparison.changed else version)
