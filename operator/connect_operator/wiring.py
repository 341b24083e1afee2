"""Every part between Kubernetes and AWS, made once and wired. Starting and stopping them in order is app.py's."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from connect_operator.aws.clients import CONNECT_TIMEOUT, READ_TIMEOUT
from connect_operator.aws.gateway import Gateway, GatewayConfig
from connect_operator.aws.metered import MeteredGateway
from connect_operator.clock import ServerClock
from connect_operator.config import Settings
from connect_operator.domain.kinds.instance_finalizer import InstanceFinalizer
from connect_operator.engine.assignments.hand_over import SEND_WITHIN
from connect_operator.engine.assignments.store import AssignmentStore
from connect_operator.engine.controller import Controller
from connect_operator.engine.instances.caller import Caller
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.leading.leadership import Alone, Clearance
from connect_operator.engine.pace.quota import Ticket
from connect_operator.engine.ports import Clock
from connect_operator.engine.store import Store
from connect_operator.engine.users.drift_count import DriftCount
from connect_operator.engine.wiring import Ground, Listeners, make_engine
from connect_operator.gauges import Gauged, PassMetrics
from connect_operator.kube.assignments import KubernetesAssignments
from connect_operator.kube.client import KubernetesCluster
from connect_operator.kube.connection import Connection
from connect_operator.kube.credentials import LoadConfiguration
from connect_operator.kube.events import EventPoster
from connect_operator.metrics import Metrics
from connect_operator.time_zones import time_zone

USERS, INSTANCES, ASSIGNMENTS = "connectuser", "connectinstance", "connectcontactassignment"
"""The controllers, as standard metrics call them."""

# By then the call of any process has ended that wrote attemptedTime, and whoever takes the contact has mostly done so.
FIND_OUT = SEND_WITHIN + CONNECT_TIMEOUT + READ_TIMEOUT + 5.0
_CLOSING = 1.0
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says. No namespaces means all."""

    namespaces: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What all parts share, and app.py makes. `cluster_id` is the first part of every owner tag.

    `clearance`: whether this process leads.
    """

    clock: Clock
    metrics: Metrics
    cluster_id: str
    clearance: Clearance = field(default_factory=Alone)


@dataclass(frozen=True, slots=True)
class Parts:
    """What app.py starts, watches and stops. `failure` is set when a part has ended that must not.

    `posting` is the Events' worker, which must not end either. `oldest_call`: the age in seconds of the oldest call to
    AWS that has not come back.
    """

    store: Store
    assignments: AssignmentStore
    instances: dict[str, Instance]
    controller: Controller
    caller: Caller
    failure: asyncio.Future[None]
    events: EventPoster
    posting: asyncio.Task[None]
    oldest_call: Callable[[], float]
    gauged: Gauged


@asynccontextmanager
async def make_connection(
    load: LoadConfiguration,
    metrics: Metrics,
    *,
    may_write: Callable[[], bool] = lambda: True,
    answered: Callable[[], None] = lambda: None,
) -> AsyncIterator[Connection]:
    """A connection to the API server that counts its requests. `answered` is told of each that was answered."""

    def observe(method: str, code: int, seconds: float) -> None:
        if code and code < _SERVER_ERROR:
            answered()
        metrics.kube_requests.labels(method, str(code)).inc()
        metrics.kube_request_seconds.labels(method).observe(seconds)
        metrics.rest_client_requests.labels(str(code or "<error>"), method, connection.host).inc()

    connection = Connection(load, observe=observe, may_write=may_write)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def make_parts(
    settings: Settings, options: Options, connection: Connection, shared: Shared
) -> AsyncIterator[Parts]:
    """Everything between Kubernetes and AWS, wired."""
    clock = shared.clock
    events = EventPoster(
        connection, clock, unique=lambda: secrets.token_hex(8), dropped=shared.metrics.events_dropped.inc
    )
    failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def failed(error: BaseException) -> None:
        if not failure.done():
            failure.set_exception(error)

    config = GatewayConfig(
        threads=settings.aws_threads, version=options.version, clock=clock, may_call=shared.clearance.may_call
    )
    gateway = Gateway(config)
    engine = make_engine(_ground(settings, options, shared, _Doors(connection, events, gateway, failed)))
    posting = asyncio.create_task(events.run(), name="events")

    def posting_ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            failed(task.exception() or RuntimeError("Events are not posted any more"))

    posting.add_done_callback(posting_ended)
    assignments = engine.assignments.assignments
    schedulers = {USERS: engine.users, ASSIGNMENTS: engine.assignments.scheduler}
    gauged = Gauged(engine.store, assignments, engine.quota, engine.instances, engine.counter, schedulers, clock)
    running = (failure, events, posting, gateway.oldest_call, gauged)
    try:
        yield Parts(engine.store, assignments, engine.instances, engine.controller, engine.caller, *running)
    finally:
        posting.cancel()
        # What was under way has been waited for.
        await asyncio.to_thread(gateway.close, _CLOSING)


class _Doors(NamedTuple):
    """Through which the engine reaches Kubernetes and AWS, and whom it tells that a part has ended."""

    connection: Connection
    events: EventPoster
    gateway: Gateway
    failed: Callable[[BaseException], None]


def _ground(settings: Settings, options: Options, shared: Shared, doors: _Doors) -> Ground:
    """All that the engine stands on."""
    clock, metrics, finalizer = shared.clock, shared.metrics, InstanceFinalizer.of(options.namespaces)
    return Ground(
        cluster=KubernetesCluster(doors.connection, doors.events, finalizer),
        assignments=KubernetesAssignments(doors.connection, doors.events),
        connect=MeteredGateway(doors.gateway, metrics.aws_calls, metrics.aws_call_seconds, clock),
        clock=clock,
        server_clock=ServerClock(doors.connection.server_time.now, clock.monotonic),
        jitter=random.Random(secrets.randbits(64)),  # noqa: S311 - spreads retries, guards nothing
        choose=secrets.choice,
        zones=time_zone,
        cluster_id=shared.cluster_id,
        window=settings.consistency_window,
        slow=settings.slow_retry,
        find_out=FIND_OUT,
        failed=doors.failed,
        lanes=settings.aws_threads,
        namespaces=frozenset(options.namespaces),
        finalizer=finalizer,
        cleared=shared.clearance.cleared,
        listeners=_listeners(metrics),
    )


def _listeners(metrics: Metrics) -> Listeners:
    """What happens in the engine, as metrics."""
    swept, unswept = _sweeps(metrics)
    return Listeners(
        user_reason=lambda reason: metrics.reconciles.labels(reason.value).inc(),
        assignment_reason=lambda reason: metrics.assignments.labels(reason).inc(),
        swept=swept,
        unswept=unswept,
        forgotten=metrics.forget_instance,
        waited=_waits(metrics),
        drift=_drift(metrics),
        user_passes=PassMetrics(metrics, USERS),
        assignment_passes=PassMetrics(metrics, ASSIGNMENTS),
    )


def _sweeps(metrics: Metrics) -> tuple[Callable[[str, float], None], Callable[[float], None]]:
    """What notes a sweep that was taken in, and one that failed."""

    def took(result: str, seconds: float) -> None:
        metrics.controller_reconciles.labels(INSTANCES, result).inc()
        metrics.controller_reconcile_seconds.labels(INSTANCES).observe(seconds)

    def swept(name: str, seconds: float) -> None:
        metrics.begin_instance(name)
        metrics.sweep_seconds.labels(name).observe(seconds)
        took("requeue_after", seconds)

    return swept, lambda seconds: took("error", seconds)


def _drift(metrics: Metrics) -> DriftCount:
    """What counts drift that was found, and put right."""
    return DriftCount(
        lambda name: metrics.drift_found.labels(name).inc(), lambda name: metrics.drift_repaired.labels(name).inc()
    )


def _waits(metrics: Metrics) -> Callable[[Ticket, float], None]:
    """What notes a turn that was waited for."""

    def waited(ticket: Ticket, seconds: float) -> None:
        metrics.quota_wait_seconds.labels(ticket.operation.name, ticket.priority.name.lower()).observe(seconds)

    return waited
