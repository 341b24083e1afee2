"""Comparing what the cluster holds with what the watch delivered, and delivering the rest.

A watch may fall silent, and after a 410 kopf lists anew without noticing what has been deleted meanwhile. So all
objects are listed now and then, as metadata only, and the differences go to the same sink as the watch's events. What
differs is decided in comparison.py. The first pass reads whole objects: it is complete seconds before kopf has listed
as many.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from connect_operator.domain.objects import GROUP, VERSION, ObjectKey
from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.comparison import Comparison, Version, is_stale
from connect_operator.kube.connection import (
    PARTIAL_LIST,
    Connection,
    NotFoundError,
    Request,
    RequestRefusedError,
    checked_name,
)
from connect_operator.kube.listing import FullPage, MetadataPage, pages
from connect_operator.kube.watch import Sink, deliver_assignment, deliver_instance, deliver_user

_log = logging.getLogger(__name__)

_READERS = 8
"""Reads of single objects at the same time."""
_ROOT = f"/apis/{GROUP}/{VERSION}"


class Store(Protocol):
    """What the sink knows at present. Instances have an empty namespace in their key. A copy is taken of either."""

    def known_users(self) -> Mapping[ObjectKey, Version]:
        """All ConnectUsers."""
        ...

    def known_instances(self) -> Mapping[ObjectKey, Version]:
        """All ConnectInstances."""
        ...

    def known_assignments(self) -> Mapping[ObjectKey, Version]:
        """All ConnectContactAssignments."""
        ...


class CrdMissingError(Exception):
    """The API server does not serve our kinds."""


@dataclass(frozen=True)
class _Kind:
    """One kind: where it is listed, where one object is read, what is known, and how to deliver."""

    plural: str
    lists: tuple[str, ...]
    known: Callable[[], Mapping[ObjectKey, Version]]
    deliver: Callable[[dict[str, Any]], None]
    gone: Callable[[ObjectKey, str], None]

    def path(self, key: ObjectKey) -> str:
        """The path of one object."""
        middle = f"namespaces/{checked_name(key.namespace)}/" if key.namespace else ""
        return f"{_ROOT}/{middle}{self.plural}/{checked_name(key.name)}"


@dataclass
class Found:
    """What a pass found that the watch had not delivered."""

    changed: int = 0
    gone: int = 0


class Resync:
    """The passes, and the loop that makes them."""

    def __init__(
        self,
        connection: Connection,
        store: Store,
        sink: Sink,
        *,
        namespaces: Collection[str] = (),
        interval: float = 300.0,
    ) -> None:
        """No namespaces means all of them; `interval` is in seconds."""
        self._connection = connection
        self._interval = interval
        spaces = tuple(f"namespaces/{checked_name(name)}/" for name in namespaces) or ("",)
        self._kinds = (
            _Kind(
                "connectinstances",
                (f"{_ROOT}/connectinstances",),
                store.known_instances,
                lambda raw: deliver_instance(sink, raw),
                lambda key, uid: sink.instance_gone(key.name, uid),
            ),
            _Kind(
                "connectusers",
                tuple(f"{_ROOT}/{space}connectusers" for space in spaces),
                store.known_users,
                lambda raw: deliver_user(sink, raw),
                lambda key, uid: sink.user_gone(key.namespace, key.name, uid),
            ),
            _Kind(
                "connectcontactassignments",
                tuple(f"{_ROOT}/{space}connectcontactassignments" for space in spaces),
                store.known_assignments,
                lambda raw: deliver_assignment(sink, raw),
                lambda key, uid: sink.assignment_gone(key.namespace, key.name, uid),
            ),
        )

    async def first_pass(self) -> None:
        """Hand all objects to the sink, those first that others refer to; when it returns, the sink knows them all.

        Raises CrdMissingError, PermissionError, ClusterUnavailableError; it can be repeated.
        """
        for kind in self._kinds:
            for path in kind.lists:
                try:
                    async for page in pages(self._connection, path, FullPage, "application/json"):
                        for raw in page.items:
                            kind.deliver(raw)
                except NotFoundError as error:
                    raise CrdMissingError(
                        f"the API server does not know {kind.plural}.{GROUP} ({VERSION}); "
                        "apply the manifests in crds/ and start again"
                    ) from error

    async def run(
        self,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        done: Callable[[Found], None] = lambda _found: None,
    ) -> None:
        """A pass after each interval until cancelled; a failed one is logged and left to the next."""
        while True:
            await sleep(self._interval)
            try:
                found = await self.resync()
            except (ClusterUnavailableError, RequestRefusedError) as error:
                _log.warning("the cluster's objects could not be compared, will try again: %s", error)
            else:
                done(found)

    async def resync(self) -> Found:
        """One pass: tell the sink what it does not know. Raises as `Connection.request` does."""
        found = Found()
        for kind in self._kinds:
            # The snapshot comes before the list: what is created after it and listed is only read once too often.
            snapshot = dict(kind.known())
            comparison = Comparison(dict(snapshot))
            if await self._compare(kind, comparison, snapshot):
                missed = self._missed(kind, comparison)
                self._report_gone(kind, comparison, found)
                await self._read(kind, missed, found)
        if found.changed or found.gone:
            _log.info("the watch had missed %d changes and %d deletions", found.changed, found.gone)
        return found

    async def _compare(self, kind: _Kind, comparison: Comparison, snapshot: Mapping[ObjectKey, Version]) -> bool:
        for path in kind.lists:
            first = True
            async for page in pages(self._connection, path, MetadataPage, PARTIAL_LIST):
                if first and is_stale(page.metadata.resource_version, snapshot.values()):
                    _log.warning("the API server lags behind: its list of %s is older than what it sent", kind.plural)
                    return False
                first = False
                for item in page.items or ():
                    listed = item.metadata
                    key = ObjectKey(listed.namespace, listed.name)
                    comparison.see(key, Version(listed.uid, listed.resource_version))
        return True

    def _missed(self, kind: _Kind, comparison: Comparison) -> list[ObjectKey]:
        # Where the store has moved on since the snapshot, the watch is at work: nothing was missed.
        current = kind.known()
        return [key for key, version in comparison.changed.items() if current.get(key) == version]

    async def _read(self, kind: _Kind, missed: list[ObjectKey], found: Found) -> None:
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

    def _report_gone(self, kind: _Kind, comparison: Comparison, found: Found) -> None:
        current = kind.known()
        for key, version in comparison.gone().items():
            now = current.get(key)
            if now is not None and now.uid == version.uid:
                found.gone += 1
                kind.gone(key, version.uid)
