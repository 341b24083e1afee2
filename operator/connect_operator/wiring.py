"""Every part between Kubernetes and AWS, made once and wired. Starting and stopping them in order is app.py's."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from connect_operator.aws.clients import CONNECT_TIMEOUT, READ_TIMEOUT
from connect_operator.aws.gateway import Gateway, GatewayConfig
from connect_operator.aws.metered import MeteredGateway
from connect_operator.clock import ServerClock
from connect_operator.config import Settings
from connect_operator.domain.instance_finalizer import InstanceFinalizer
from connect_operator.domain.objects import ConnectUser, ObjectKey
from connect_operator.domain.reasons import Reason
from connect_operator.engine.assignments.hand_over import SEND_WITHIN
from connect_operator.engine.assignments.store import AssignmentStore
from connect_operator.engine.assignments.wiring import Foundations, assignments_engine
from connect_operator.engine.controller import Controller
from connect_operator.engine.instance_report import InstanceReporter
from connect_operator.engine.instances.caller import Caller
from connect_operator.engine.instances.deletion_guard import Guard
from connect_operator.engine.instances.instance import Instance, InstanceServices
from connect_operator.engine.instances.lookup import InstanceLookup
from connect_operator.engine.leading.leadership import Alone, Clearance
from connect_operator.engine.pace.backoff import Backoff
from connect_operator.engine.pace.quota import Quota, Ticket
from connect_operator.engine.pace.scheduler import Scheduler
from connect_operator.engine.ports import Clock
from connect_operator.engine.store import Store
from connect_operator.engine.users.counts import UserCounter
from connect_operator.engine.users.create import Creator
from connect_operator.engine.users.drift_count import DriftCount
from connect_operator.engine.users.first_password import FirstPasswords
from connect_operator.engine.users.memory import Memories
from connect_operator.engine.users.password_expiry import PasswordExpiry
from connect_operator.engine.users.perform import Performer
from connect_operator.engine.users.reconcile import Reconciler
from connect_operator.engine.users.secret_version_check import SecretVersionCheck
from connect_operator.engine.users.user_report import Reporter
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
    clock, jitter = shared.clock, random.Random(secrets.randbits(64))  # noqa: S311 - spreads retries, guards nothing
    events = EventPoster(
        connection, clock, unique=lambda: secrets.token_hex(8), dropped=shared.metrics.events_dropped.inc
    )
    finalizer = InstanceFinalizer.of(options.namespaces)
    cluster = KubernetesCluster(connection, events, finalizer)
    may_call = shared.clearance.may_call
    config = GatewayConfig(threads=settings.aws_threads, version=options.version, clock=clock, may_call=may_call)
    gateway = Gateway(config)
    store, memories, instances = Store(), Memories(), dict[str, Instance]()
    quota = Quota(clock, jitter, lanes=settings.aws_threads)
    quota.cleared, quota.waited = shared.clearance.cleared, _waits(shared.metrics)
    counter = UserCounter(store, memories, shared.cluster_id)
    caller = Caller(quota, clock)
    services = InstanceServices(
        quota,
        clock,
        jitter,
        settings.consistency_window,
        settings.slow_retry,
        *_sweeps(shared.metrics),
        shared.metrics.forget_instance,
        zones=time_zone,
        time=ServerClock(connection.server_time.now, clock.monotonic).now,
    )
    controllers: list[Controller] = []

    def concluded(user: ConnectUser, reason: Reason, moved: bool) -> None:  # noqa: FBT001 - the reporter's callback
        shared.metrics.reconciles.labels(reason.value).inc()
        if moved:
            controllers[0].counts_moved(user)

    lookup, backoff = (
        InstanceLookup(store, instances, frozenset(options.namespaces)),
        Backoff(settings.slow_retry, jitter),
    )
    guard = Guard(store, memories, lookup, clock, shared.cluster_id)

    def lost(key: ObjectKey, uid: str) -> None:
        controllers[0].user_gone(key, uid)

    user_reporter = Reporter(cluster, store, clock, concluded)
    creator = Creator(cluster, store, caller, user_reporter, clock, FirstPasswords(cluster, secrets.choice))
    reconciler = Reconciler(
        store=store,
        memories=memories,
        lookup=lookup,
        performer=Performer(cluster, store, caller, creator, user_reporter, clock, settings.slow_retry, lost),
        reporter=user_reporter,
        backoff=backoff,
        clock=ServerClock(connection.server_time.now, clock.monotonic),
        guard=guard,
        passwords=SecretVersionCheck(cluster),
        expiry=PasswordExpiry(cluster, settings.slow_retry),
        cluster_id=shared.cluster_id,
        window=settings.consistency_window,
        drift=_drift(shared.metrics),
    )
    scheduler = Scheduler(reconciler, quota, clock, watcher=PassMetrics(shared.metrics, USERS))
    reconciler.calendar.wake = scheduler.wake
    assignments = assignments_engine(
        Foundations(
            cluster=KubernetesAssignments(connection, events),
            lookup=lookup,
            caller=caller,
            quota=quota,
            backoff=backoff,
            clock=clock,
            find_out=FIND_OUT,
            told=lambda reason: shared.metrics.assignments.labels(reason).inc(),
            watcher=PassMetrics(shared.metrics, ASSIGNMENTS),
        )
    )
    reporter = InstanceReporter(cluster, store, counter, guard, clock, finalizer)
    failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def failed(error: BaseException) -> None:
        if not failure.done():
            failure.set_exception(error)

    metered = MeteredGateway(gateway, shared.metrics.aws_calls, shared.metrics.aws_call_seconds, clock)
    controller = Controller(
        store, memories, instances, scheduler, metered, services, reporter, failed, assignments, guard
    )
    controllers.append(controller)
    posting = asyncio.create_task(events.run(), name="events")

    def posting_ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            failed(task.exception() or RuntimeError("Events are not posted any more"))

    posting.add_done_callback(posting_ended)
    schedulers = {USERS: scheduler, ASSIGNMENTS: assignments.scheduler}
    try:
        yield Parts(
            store,
            assignments.assignments,
            instances,
            controller,
            caller,
            failure,
            events,
            posting,
            gateway.oldest_call,
            Gauged(store, assignments.assignments, quota, instances, counter, schedulers, clock),
        )
    finally:
        posting.cancel()
        # What was under way has been waited for.
        await asyncio.to_thread(gateway.close, _CLOSING)


def _sweeps(metrics: Metrics) -> tuple[Callable[[str, float], None], Callable[[float], None]]:
    """What notes a sweep that was taken in, and one that failed."""

    def took(result: str, seconds: float) -> None:
        metrics.controller_reconciles.labels(INSTANCES, result).inc()
        metrics.controller_reconcile_seconds.labels(INSTANCES).observe(seconds)

    def swept(name: str, seconds: float) -> None:
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
