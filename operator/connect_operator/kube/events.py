"""Kubernetes Events about our objects: queued without waiting, aggregated, posted by one worker, in turns.

core/v1 Events, because `kubectl describe`, `kubectl get events` and Argo CD all sort and count by their
firstTimestamp, lastTimestamp and count; an events.k8s.io/v1 Event shows "<unknown>" for LAST SEEN in some of them.
Events are a courtesy to people: they never block work, and what cannot be posted is counted and forgotten.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from connect_operator.domain.kinds.objects import GROUP, VERSION, Resource
from connect_operator.domain.text.safe_text import safe_text
from connect_operator.engine.ports import Clock, ClusterUnavailableError, Event
from connect_operator.kube.connection import (
    MERGE_PATCH,
    Connection,
    NotFoundError,
    Request,
    RequestRefusedError,
    checked_name,
)
from connect_operator.kube.event_queue import EventQueue

_log = logging.getLogger(__name__)

COMPONENT = "connect-operator"
_RETRY_DELAYS = (1.0, 5.0)
_REMEMBERED = 4096
"""How many recent Events can still be counted up; older ones get a new Event instead."""
_NOTE_LIMIT = 1024
"""The API server refuses longer messages (validation of core/v1 Events)."""


class _Key(NamedTuple):
    uid: str
    reason: str
    message: str


@dataclass
class _Posted:
    name: str
    namespace: str
    count: int
    last: float


@dataclass(frozen=True)
class EventSettings:
    """Limits: queued Events, and for how many seconds a repetition counts up the earlier Event."""

    capacity: int = 1000
    window: float = 600.0
    reporting_instance: str = COMPONENT


class EventPoster:
    """The queue, and the worker that empties it."""

    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        *,
        settings: EventSettings = EventSettings(),
        unique: Callable[[], str],
        dropped: Callable[[], None] = lambda: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`unique` yields a new hexadecimal string for a name each time; `dropped` is told of each lost Event."""
        self._connection = connection
        self._clock = clock
        self._settings = settings
        self._unique = unique
        self._dropped = dropped
        self._sleep = sleep
        self._queue = EventQueue(settings.capacity)
        self._posted: OrderedDict[_Key, _Posted] = OrderedDict()

    def post(self, target: Resource, event: Event) -> None:
        """Queue an Event; never waits, never raises. A full queue drops one. Only from the event loop's thread."""
        if not self._queue.put_fairly((target, event, self._clock.now())):
            self._dropped()

    async def run(self) -> None:
        """Post what is queued, one after another, until cancelled."""
        while True:
            target, event, time = await self._queue.get()
            try:
                await self._deliver(target, event, time)
            except (ClusterUnavailableError, RequestRefusedError, ValueError) as error:
                # For instance in a namespace that is being deleted, where nothing can be created.
                self._dropped()
                _log.debug("an Event was dropped: %s", error)
            except Exception:  # noqa: BLE001 - of one Event, see below; it is logged
                # Nothing that is wrong with one Event may keep the others from being posted.
                self._dropped()
                _log.exception("an Event could not be posted", extra={"object": str(target.key)})
            finally:
                self._queue.task_done()

    async def drain(self, timeout: float = 2.0) -> None:  # noqa: ASYNC109 - the deadline is the whole point
        """Wait until all that was queued is posted, at most `timeout` seconds. `run` must still be running."""
        try:
            async with asyncio.timeout(timeout):
                await self._queue.join()
        except TimeoutError:
            _log.info("%d Events were not posted before the end", self._queue.qsize())

    async def _deliver(self, target: Resource, event: Event, time: float) -> None:
        for delay in _RETRY_DELAYS:
            try:
                await self._deliver_once(target, event, time)
            except ClusterUnavailableError as error:
                await self._sleep(max(delay, error.retry_after or 0.0))
            else:
                return
        await self._deliver_once(target, event, time)

    async def _deliver_once(self, target: Resource, event: Event, time: float) -> None:
        key = _Key(target.metadata.uid, event.reason, event.message)
        known = self._posted.get(key)
        if known is not None and time - known.last <= self._settings.window and await self._count_up(known, time):
            self._posted.move_to_end(key)
            return
        body = event_body(target, event, rfc3339(time), f"{target.metadata.name[:200]}.{self._unique()}")
        body["reportingInstance"] = self._settings.reporting_instance
        namespace = body["metadata"]["namespace"]
        await self._connection.request(
            Request("POST", f"/api/v1/namespaces/{checked_name(namespace)}/events", body=body)
        )
        self._posted[key] = _Posted(body["metadata"]["name"], namespace, 1, time)
        self._posted.move_to_end(key)
        if len(self._posted) > _REMEMBERED:
            self._posted.popitem(last=False)

    async def _count_up(self, known: _Posted, time: float) -> bool:
        """Count the earlier Event up; False when the API server has forgotten it (they live for an hour)."""
        path = f"/api/v1/namespaces/{checked_name(known.namespace)}/events/{checked_name(known.name)}"
        body = {"count": known.count + 1, "lastTimestamp": rfc3339(time)}
        try:
            await self._connection.request(Request("PATCH", path, body=body, content_type=MERGE_PATCH))
        except NotFoundError:
            return False
        known.count += 1
        known.last = time
        return True


def event_body(target: Resource, event: Event, time: str, name: str) -> dict[str, Any]:
    """A core/v1 Event. Those of cluster-scoped objects live in the namespace `default` (an API server's rule)."""
    message = safe_text(event.message)
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": target.metadata.namespace or "default"},
        "involvedObject": {
            "apiVersion": f"{GROUP}/{VERSION}",
            "kind": type(target).__name__,
            "namespace": target.metadata.namespace,
            "name": target.metadata.name,
            "uid": target.metadata.uid,
            "resourceVersion": target.metadata.resource_version,
        },
        "type": "Warning" if event.warning else "Normal",
        "reason": event.reason,
        "message": message if len(message) <= _NOTE_LIMIT else message[: _NOTE_LIMIT - 1] + "…",
        "source": {"component": COMPONENT},
        "reportingComponent": COMPONENT,
        "reportingInstance": COMPONENT,
        "firstTimestamp": time,
        "lastTimestamp": time,
        "count": 1,
    }


def rfc3339(time: float) -> str:
    """Seconds since the epoch as the API server writes times: UTC, whole seconds."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
