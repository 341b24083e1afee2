"""The composition root of `connect-operator run`: makes every part once, starts them in order, stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry

from connect_operator.aws.clients import CONNECT_TIMEOUT, READ_TIMEOUT
from connect_operator.aws.gateway import Gateway, GatewayConfig
from connect_operator.aws.metered import MeteredGateway
from connect_operator.clock import SystemClock
from connect_operator.config import Settings
from connect_operator.domain.objects import ConnectUser, ObjectKey
from connect_operator.domain.reasons import Reason
from connect_operator.engine.access import Access
from connect_operator.engine.assignments.book import AssignmentBook
from connect_operator.engine.assignments.hand_over import SEND_WITHIN
from connect_operator.engine.assignments.wiring import Foundations, assignment_desk
from connect_operator.engine.backoff import Backoff
from connect_operator.engine.calling import Caller
from connect_operator.engine.census import Census
from connect_operator.engine.controller import Controller
from connect_operator.engine.creation import Creator
from connect_operator.engine.instance import Instance, Surroundings
from connect_operator.engine.instance_report import InstanceReporter
from connect_operator.engine.memory import Memories
from connect_operator.engine.passwords import PasswordWatch
from connect_operator.engine.perform import Performer
from connect_operator.engine.ports import Clock, ClusterUnavailableError
from connect_operator.engine.quota import Quota
from connect_operator.engine.reconcile import Reconciler
from connect_operator.engine.report import Reporter
from connect_operator.engine.scheduler import Scheduler
from connect_operator.engine.store import Store
from connect_operator.gauges import Gauged, keep_gauges, missed
from connect_operator.health import Check, Heartbeat, serve_health, serve_metrics, tick
from connect_operator.kube.assignments import KubernetesAssignments
from connect_operator.kube.client import KubernetesCluster
from connect_operator.kube.comparison import Version
from connect_operator.kube.connection import Connection
from connect_operator.kube.credentials import LoadConfiguration, loader
from connect_operator.kube.events import EventPoster
from connect_operator.kube.identity import check_version, read_cluster_id
from connect_operator.kube.resync import Resync
from connect_operator.kube.watch import WATCH_SECONDS, WatchOptions, run_watch
from connect_operator.metrics import Metrics, create_metrics

logger = logging.getLogger(__name__)

_LOOP_LIMIT = 15.0
# A watch request ends after WATCH_SECONDS and the next follows at once; a second one missed means that it is dead.
_WATCH_LIMIT = 2.0 * WATCH_SECONDS + 60.0
# The longest call under way is one read time-out, and its result has to be recorded after it.
_PATIENCE = 20.0
_START_ATTEMPTS = 60
_START_RETRY = 5.0

# By then the call of any process has ended that wrote attemptedTime, and whoever takes the contact has mostly done so.
FIND_OUT = SEND_WITHIN + CONNECT_TIMEOUT + READ_TIMEOUT + 5.0

T = TypeVar("T")


class _StoppedError(Exception):
    """The signal to stop came while the operator was still starting."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says. No namespaces means all."""

    namespaces: tuple[str, ...]
    version: str


async def run(settings: Settings, options: Options, environ: Mapping[str, str]) -> None:
    """Run until SIGTERM or SIGINT; what cannot go on is raised, so that the process ends and is started again."""
    with contextlib.suppress(_StoppedError):
        await _run(settings, options, environ, asyncio.Event())


async def _run(settings: Settings, options: Options, environ: Mapping[str, str], stop: asyncio.Event) -> None:

    def take_signals() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)

    take_signals()
    clock = SystemClock()
    registry = CollectorRegistry()
    metrics = create_metrics(registry)
    alive, watching = Heartbeat(clock.monotonic), Heartbeat(clock.monotonic)
    checks = [Check("loop", alive.age, _LOOP_LIMIT), Check("watch", watching.age, _WATCH_LIMIT)]
    load = loader(environ)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serve_health(settings.health_address, checks))
        await stack.enter_async_context(serve_metrics(settings.metrics_address, registry))
        connection = await stack.enter_async_context(_connection(load, metrics))
        server = await _patiently(lambda: check_version(connection), stop)
        cluster_id = settings.cluster_id
        if cluster_id is None:
            cluster_id = await _patiently(lambda: read_cluster_id(connection), stop)
        logger.info("connected to Kubernetes %s as cluster %s", server, cluster_id)
        parts = await stack.enter_async_context(
            _parts(settings, options, connection, _Shared(clock, metrics, cluster_id))
        )
        resync = Resync(
            connection,
            _KnownObjects(parts.store, parts.book),
            parts.controller,
            namespaces=options.namespaces,
            interval=settings.resync_interval,
        )
        await _patiently(resync.first_pass, stop)
        logger.info("%d ConnectUsers, %d ConnectInstances", len(parts.store), len(parts.store.instances()))
        watch_options = WatchOptions(
            namespaces=options.namespaces, heartbeat=lambda _plural: watching.beat(), reclaim_signals=take_signals
        )
        gauged = Gauged(parts.store, parts.book, parts.quota, parts.instances, parts.census)
        await _until_stopped(
            stop,
            parts,
            [
                asyncio.create_task(run_watch(parts.controller, load, watch_options), name="watch"),
                asyncio.create_task(resync.run(done=missed(metrics)), name="resync"),
                asyncio.create_task(tick(alive), name="heartbeat"),
                asyncio.create_task(
                    keep_gauges(gauged, metrics),
                    name="metrics",
                ),
            ],
        )


@dataclass(frozen=True, slots=True)
class _Shared:
    clock: Clock
    metrics: Metrics
    cluster_id: str


@dataclass(frozen=True, slots=True)
class _Parts:
    store: Store
    book: AssignmentBook
    quota: Quota
    instances: dict[str, Instance]
    controller: Controller
    census: Census
    caller: Caller
    failure: asyncio.Future[None]
    events: EventPoster


@dataclass(frozen=True, slots=True)
class _KnownObjects:
    """The store and the book, as the resync compares them: uid and resourceVersion."""

    store: Store
    book: AssignmentBook

    def known_users(self) -> dict[ObjectKey, Version]:
        return {key: Version(*version) for key, version in self.store.known_users().items()}

    def known_assignments(self) -> dict[ObjectKey, Version]:
        return {key: Version(*version) for key, version in self.book.known().items()}

    def known_instances(self) -> dict[ObjectKey, Version]:
        return {
            ObjectKey("", each.metadata.name): Version(each.metadata.uid, each.metadata.resource_version)
            for each in self.store.instances()
        }


@asynccontextmanager
async def _connection(load: LoadConfiguration, metrics: Metrics) -> AsyncIterator[Connection]:
    def observe(method: str, code: int, seconds: float) -> None:
        metrics.kube_requests.labels(method, str(code)).inc()
        metrics.kube_request_seconds.labels(method).observe(seconds)

    connection = Connection(load, observe=observe)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _parts(
    settings: Settings, options: Options, connection: Connection, shared: _Shared
) -> AsyncIterator[_Parts]:
    """Everything between Kubernetes and AWS, wired."""
    clock, jitter = shared.clock, random.Random(secrets.randbits(64))  # noqa: S311 - spreads retries, guards nothing
    events = EventPoster(
        connection, clock, unique=lambda: secrets.token_hex(8), dropped=shared.metrics.events_dropped.inc
    )
    cluster = KubernetesCluster(connection, events)
    config = GatewayConfig(threads=settings.aws_threads, version=options.version, clock=clock)
    gateway = Gateway(config)
    store, memories, instances = Store(), Memories(), dict[str, Instance]()
    quota = Quota(clock, jitter)
    census = Census(store, memories, shared.cluster_id)
    caller = Caller(quota, clock)
    around = Surroundings(
        quota,
        clock,
        jitter,
        settings.consistency_window,
        settings.slow_retry,
        lambda name, seconds: shared.metrics.sweep_seconds.labels(name).observe(seconds),
    )
    controllers: list[Controller] = []

    def concluded(user: ConnectUser, reason: Reason, moved: bool) -> None:  # noqa: FBT001 - the reporter's callback
        shared.metrics.reconciles.labels(reason.value).inc()
        if moved:
            controllers[0].counts_moved(user)

    access, backoff = Access(store, instances, frozenset(options.namespaces)), Backoff(settings.slow_retry, jitter)
    reconciler = Reconciler(
        store=store,
        memories=memories,
        access=access,
        performer=Performer(cluster, store, caller, Creator(cluster, store, caller, clock), clock, settings.slow_retry),
        reporter=Reporter(cluster, store, clock, concluded),
        backoff=backoff,
        clock=clock,
        census=census,
        passwords=PasswordWatch(cluster),
        cluster_id=shared.cluster_id,
        window=settings.consistency_window,
    )
    scheduler = Scheduler(reconciler, quota, clock)
    desk = assignment_desk(
        Foundations(
            cluster=KubernetesAssignments(connection, events),
            access=access,
            caller=caller,
            quota=quota,
            backoff=backoff,
            clock=clock,
            find_out=FIND_OUT,
            told=lambda reason: shared.metrics.assignments.labels(reason).inc(),
        )
    )
    reporter = InstanceReporter(cluster, store, census, clock, scheduler, desk)
    failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def failed(error: BaseException) -> None:
        if not failure.done():
            failure.set_exception(error)

    metered = MeteredGateway(gateway, shared.metrics.aws_calls, shared.metrics.aws_call_seconds, clock)
    controller = Controller(store, memories, instances, scheduler, metered, around, reporter, failed, desk)
    controllers.append(controller)
    posting = asyncio.create_task(events.run(), name="events")
    try:
        yield _Parts(store, desk.book, quota, instances, controller, census, caller, failure, events)
    finally:
        posting.cancel()
        await asyncio.to_thread(gateway.close)  # it waits for the requests under way


async def _until_stopped(stop: asyncio.Event, parts: _Parts, tasks: list[asyncio.Task[None]]) -> None:
    """Wait for the signal, or for the end of anything that must not end; then stop in order."""
    stopping = asyncio.create_task(stop.wait(), name="stop signal")
    try:
        watched: list[asyncio.Future[Any]] = [stopping, parts.failure, *tasks]
        await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            logger.info("stopping: no new call is made; those under way are finished and recorded")
        parts.caller.stopping = True
        await parts.controller.stop(_PATIENCE)
        await parts.events.drain()
        for ended in watched:
            if ended.done() and not ended.cancelled() and (error := ended.exception()) is not None:
                raise error
    finally:
        parts.failure.cancel()
        for task in (stopping, *tasks):
            task.cancel()
        await asyncio.gather(stopping, *tasks, return_exceptions=True)


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
