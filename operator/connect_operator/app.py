"""`connect-operator run`: starts the parts in order, waits for the signal or for an end that must not be, and stops.

The parts are made and wired in wiring.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry

from connect_operator.clock import SystemClock
from connect_operator.config import Settings
from connect_operator.ending import Ending
from connect_operator.engine.controller import Controller
from connect_operator.engine.kind_controllers import kind_controllers
from connect_operator.engine.ports import Clock, ClusterUnavailableError
from connect_operator.gauges import LiveGauges, missed
from connect_operator.health import Check, Heartbeat, Listing, serve_health, serve_metrics, tick
from connect_operator.kube.connection import Connection
from connect_operator.kube.credentials import LoadConfiguration, loader
from connect_operator.kube.identity import check_version, read_cluster_id
from connect_operator.kube.resync import Resync, ResyncOptions
from connect_operator.kube.served import Served
from connect_operator.kube.watch import WATCH_SECONDS, WatchOptions, run_watch
from connect_operator.leading import Leading, decide, measure
from connect_operator.metrics import Metrics, create_metrics
from connect_operator.wiring import Options, Parts, Shared, make_connection, make_parts

logger = logging.getLogger(__name__)

_LOOP_LIMIT = 15.0
# A watch request ends after WATCH_SECONDS and the next follows at once; a second one missed means that it is dead.
_WATCH_LIMIT = 2.0 * WATCH_SECONDS + 60.0
# A call that hangs is given up after 50 s, and one more is tried every minute. If none has come back by then, a new
# process may fare better.
_CALL_LIMIT = 300.0
# The longest call under way that does not hang is one read time-out, and its result has to be recorded after it.
_PATIENCE = 20.0
# Its steps are at most a few seconds apart, a request's time-out included.
_LEASE_LIMIT = 60.0
# Something asks the API server every 10 s; an outage is known, and told, after a few failures.
_UNREACHED_LIMIT = 60.0
_START_ATTEMPTS = 60
_START_RETRY = 5.0

T = TypeVar("T")


class _StoppedError(Exception):
    """The signal to stop came while the operator was still starting."""


async def run(settings: Settings, options: Options, environ: Mapping[str, str]) -> None:
    """Run until SIGTERM or SIGINT; what cannot go on is raised, so that the process ends and is started again."""
    with contextlib.suppress(_StoppedError):
        await _run(settings, options, environ, asyncio.Event())


@dataclass(frozen=True)
class _Probes:
    """What the probes ask for: heartbeats of the parts, and the checks that judge them."""

    alive: Heartbeat
    watching: Heartbeat
    reached: Heartbeat
    listing: Listing
    live: list[Check]
    ready: list[Check]

    @classmethod
    def of(cls, clock: Clock) -> _Probes:
        """All that can be asked before anything runs."""
        alive, watching, reached = (Heartbeat(clock.monotonic) for _ in range(3))
        listing = Listing(clock.monotonic)
        live = [Check("loop", alive.age, _LOOP_LIMIT), Check("watch", watching.age, _WATCH_LIMIT)]
        ready = [Check("apiServer", reached.age, _UNREACHED_LIMIT), Check("firstList", listing.age, 0.0)]
        return cls(alive, watching, reached, listing, live, ready)


class _Watching:
    """The first list, then the watch, the comparison with full lists and the heartbeat of the loop."""

    def __init__(
        self, connection: Connection, options: Options, settings: Settings, controller: Controller, probes: _Probes
    ) -> None:
        self._controller, self._options, self._probes = controller, options, probes
        self._controllers, self._served = kind_controllers(controller), Served(connection)
        judged = ResyncOptions(options.namespaces, settings.resync_interval, controller)
        self._resync = Resync(connection, self._controllers, judged, self._served)

    async def first_list(self, stop: asyncio.Event) -> None:
        """Have the controller know every object before it acts on any."""
        self._controller.hold()
        await _patiently(self._resync.first_pass, stop)
        self._controller.release()
        self._probes.listing.done = True

    def tasks(
        self, load: LoadConfiguration, metrics: Metrics, take_signals: Callable[[], None]
    ) -> list[asyncio.Task[None]]:
        """What goes on from then; none of it may end."""
        watch_options = WatchOptions(
            namespaces=self._options.namespaces,
            heartbeat=lambda _plural: self._probes.watching.beat(),
            reclaim_signals=take_signals,
            judges=self._controller,
            chunk=self._resync.page_size,
            served=self._served,
        )
        return [
            asyncio.create_task(run_watch(self._controllers, load, watch_options), name="watch"),
            asyncio.create_task(self._resync.run(done=missed(metrics)), name="resync"),
            asyncio.create_task(tick(self._probes.alive), name="heartbeat"),
        ]


async def _run(settings: Settings, options: Options, environ: Mapping[str, str], stop: asyncio.Event) -> None:
    ending, clock, registry = Ending(), SystemClock(), CollectorRegistry()
    take_signals = _signals(ending, stop)
    take_signals()
    metrics, probes, load = create_metrics(registry), _Probes.of(clock), loader(environ)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serve_health(settings.health_address, probes.live, probes.ready))
        await stack.enter_async_context(serve_metrics(settings.metrics_address, registry))
        lines = await stack.enter_async_context(make_connection(load, metrics))
        leading = decide(settings, options.namespaces, environ, lines, clock)
        connection = await stack.enter_async_context(
            make_connection(load, metrics, may_write=leading.clearance.leads, answered=probes.reached.beat)
        )
        shared = Shared(clock, metrics, await _cluster_id(settings, connection, stop), leading.clearance)
        parts = await stack.enter_async_context(make_parts(settings, options, connection, shared))
        probes.live.append(Check("calls", parts.oldest_call, _CALL_LIMIT))
        leading.begin(parts.controller)
        measure(leading, metrics)
        watching = _Watching(connection, options, settings, parts.controller, probes)
        await watching.first_list(stop)
        logger.info("%d ConnectUsers, %d ConnectInstances", len(parts.store), len(parts.store.instances()))
        registry.register(LiveGauges(parts.gauged))
        if leading.leadership is not None:
            leading.alive.beat()
            probes.live.append(Check("lease", leading.alive.age, _LEASE_LIMIT))
        tasks = [*leading.tasks(), *watching.tasks(load, metrics, take_signals)]
        await until_stopped(stop, ending, parts, leading, tasks)


def _signals(ending: Ending, stop: asyncio.Event) -> Callable[[], None]:
    """What has the signals to stop handled here; to be called again where somebody else has taken them."""

    def stop_now() -> None:
        ending.arm()
        stop.set()

    def take() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop_now)

    return take


async def _cluster_id(settings: Settings, connection: Connection, stop: asyncio.Event) -> str:
    """The first part of every owner tag, once the API server is there."""
    server = await _patiently(lambda: check_version(connection), stop)
    cluster_id = settings.cluster_id
    if cluster_id is None:
        cluster_id = await _patiently(lambda: read_cluster_id(connection), stop)
    logger.info("connected to Kubernetes %s as cluster %s", server, cluster_id)
    return cluster_id


async def until_stopped(
    stop: asyncio.Event, ending: Ending, parts: Parts, leading: Leading, tasks: list[asyncio.Task[None]]
) -> None:
    """Wait for the signal, or for the end of anything that must not end; then stop in order."""
    stopping = asyncio.create_task(stop.wait(), name="stop signal")
    try:
        watched: list[asyncio.Future[Any]] = [stopping, parts.failure, parts.posting, *tasks]
        await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        ending.arm()
        if stop.is_set():
            logger.info("stopping: no new call is made; those under way are finished and recorded")
        parts.caller.stopping = True
        leading.give_way()
        await parts.controller.stop(_PATIENCE)
        await parts.events.drain()
        for ended in watched:
            if ended.done() and not ended.cancelled() and (error := ended.exception()) is not None:
                raise error
        if not stop.is_set():
            names = ", ".join(task.get_name() for task in (parts.posting, *tasks) if task.done())
            raise RuntimeError(f"the worker {names} has ended, which must not be")
    finally:
        parts.failure.cancel()
        for task in (stopping, *tasks):
            task.cancel()
        await asyncio.gather(stopping, *tasks, return_exceptions=True)
        if parts.oldest_call() == 0.0:  # else the Lease runs out, by when what is under way has ended
            await leading.resign()


async def _patiently(action: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T:
    """The result of a request at start; the API server may not be there yet."""
    for _ in range(_START_ATTEMPTS):
        try:
            return await action()
        except ClusterUnavailableError as error:
            logger.warning("waiting for the Kubernetes API: %s", error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _START_RETRY)
            if stop.is_set():
                raise _StoppedError from None
    return await action()
