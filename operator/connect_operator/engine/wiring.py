"""A whole engine, wired: what stands between the API server and Connect, over whatever plays those two.

The operator gives it the real ones, the tests give it worlds in virtual time; nothing is wired twice.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.instance_finalizer import FOR_ALL, InstanceFinalizer
from connect_operator.domain.kinds.objects import ConnectUser, ObjectKey
from connect_operator.engine.assignments.controller import AssignmentController
from connect_operator.engine.assignments.wiring import Foundations, assignments_engine
from connect_operator.engine.controller import Controller
from connect_operator.engine.instance_report import InstanceReporter
from connect_operator.engine.instances.caller import Caller
from connect_operator.engine.instances.deletion_guard import Guard
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.lookup import InstanceLookup
from connect_operator.engine.instances.repair_hours import Zones
from connect_operator.engine.instances.services import InstanceServices
from connect_operator.engine.leading.leadership import Alone
from connect_operator.engine.pace.backoff import Backoff
from connect_operator.engine.pace.quota import Quota, Ticket
from connect_operator.engine.pace.scheduler import Scheduler, Watcher
from connect_operator.engine.ports import AssignmentsApi, Clock, ClusterApi, ConnectGateway
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

_LANES = 16


@dataclass(frozen=True, kw_only=True)
class Listeners:
    """Who is told of what happens, for metrics; nobody, unless they say so. Seconds are how long something took.

    `user_reason` and `assignment_reason`: each reason that a pass came to. `swept`: an instance was read; `unswept`:
    that failed. `forgotten`: a ConnectInstance is gone. `waited`: a turn was waited for.
    """

    user_reason: Callable[[Reason], None] = lambda _reason: None
    assignment_reason: Callable[[str], None] = lambda _reason: None
    swept: Callable[[str, float], None] = lambda _name, _seconds: None
    unswept: Callable[[float], None] = lambda _seconds: None
    forgotten: Callable[[str], None] = lambda _name: None
    waited: Callable[[Ticket, float], None] = lambda _ticket, _seconds: None
    drift: DriftCount = field(default_factory=DriftCount)
    user_passes: Watcher = field(default_factory=Watcher)
    assignment_passes: Watcher = field(default_factory=Watcher)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What an engine stands on.

    `clock` is this machine's, `server_clock` the API server's, by which times in manifests are judged. `jitter`
    spreads retries; `choose` draws the characters of passwords. `window`, `slow` and `find_out` are in seconds:
    how long Connect may show something old, between slow retries, and how long the outcome of an assignment is
    sought. `cluster_id` is the first part of every owner tag. `cleared` waits until this process may call.
    `failed` is told when a part has ended that must not. `reconciler`: the class of passes over users.
    """

    cluster: ClusterApi
    assignments: AssignmentsApi
    connect: ConnectGateway
    clock: Clock
    server_clock: Clock
    jitter: random.Random
    choose: Callable[[Sequence[str]], str]
    zones: Zones
    cluster_id: str
    window: float
    slow: float
    find_out: float
    failed: Callable[[BaseException], None]
    lanes: int = _LANES
    namespaces: frozenset[str] = frozenset()
    finalizer: InstanceFinalizer = FOR_ALL
    cleared: Callable[[], Awaitable[None]] = field(default_factory=lambda: Alone().cleared)
    listeners: Listeners = field(default_factory=Listeners)
    reconciler: type[Reconciler] = Reconciler


@dataclass(frozen=True, slots=True)
class Engine:
    """The parts that others start, feed, stop or look at."""

    store: Store
    instances: dict[str, Instance]
    quota: Quota
    caller: Caller
    counter: UserCounter
    users: Scheduler
    assignments: AssignmentController
    controller: Controller


def make_engine(ground: Ground) -> Engine:
    """Wire an engine. It is at rest until its controller is told of objects."""
    store, memories, instances = Store(), Memories(), dict[str, Instance]()
    clock, listeners = ground.clock, ground.listeners
    quota = Quota(clock, ground.jitter, lanes=ground.lanes)
    quota.cleared, quota.waited = ground.cleared, listeners.waited
    caller, counter = Caller(quota, clock), UserCounter(store, memories, ground.cluster_id)
    lookup, backoff = InstanceLookup(store, instances, ground.namespaces), Backoff(ground.slow, ground.jitter)
    guard = Guard(store, memories, lookup, clock, ground.cluster_id)
    news = _News(listeners)
    reconciler = _reconciler(ground, _Shared(store, memories, lookup, caller, backoff, guard), news)
    users = Scheduler(reconciler, quota, clock, watcher=listeners.user_passes)
    reconciler.calendar.wake = users.wake
    assignments = assignments_engine(
        Foundations(
            cluster=ground.assignments,
            lookup=lookup,
            caller=caller,
            quota=quota,
            backoff=backoff,
            clock=clock,
            find_out=ground.find_out,
            told=listeners.assignment_reason,
            watcher=listeners.assignment_passes,
        )
    )
    controller = Controller(
        store,
        memories,
        instances,
        users,
        ground.connect,
        _services(ground, quota),
        InstanceReporter(ground.cluster, store, counter, guard, clock, ground.finalizer),
        ground.failed,
        assignments,
        guard,
    )
    news.controllers.append(controller)
    return Engine(store, instances, quota, caller, counter, users, assignments, controller)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What passes over users share with others."""

    store: Store
    memories: Memories
    lookup: InstanceLookup
    caller: Caller
    backoff: Backoff
    guard: Guard


@dataclass(frozen=True, slots=True)
class _News:
    """What passes over users tell the controller, which is made after them."""

    listeners: Listeners
    controllers: list[Controller] = field(default_factory=list)

    def concluded(self, user: ConnectUser, reason: Reason, moved: bool) -> None:  # noqa: FBT001 - the reporter's callback
        """A pass has come to that reason; `moved`: the object is Ready now, or not any more."""
        self.listeners.user_reason(reason)
        if moved:
            for controller in self.controllers:
                controller.counts_moved(user)

    def lost(self, key: ObjectKey, uid: str) -> None:
        """A pass has found that the object does not exist any more."""
        for controller in self.controllers:
            controller.user_gone(key, uid)


def _reconciler(ground: Ground, shared: _Shared, news: _News) -> Reconciler:
    reporter = Reporter(ground.cluster, shared.store, ground.clock, news.concluded)
    creator = Creator(
        ground.cluster,
        shared.store,
        shared.caller,
        reporter,
        ground.clock,
        FirstPasswords(ground.cluster, ground.choose),
    )
    performer = Performer(
        ground.cluster, shared.store, shared.caller, creator, reporter, ground.clock, ground.slow, news.lost
    )
    return ground.reconciler(
        store=shared.store,
        memories=shared.memories,
        lookup=shared.lookup,
        performer=performer,
        reporter=reporter,
        backoff=shared.backoff,
        clock=ground.server_clock,
        guard=shared.guard,
        passwords=SecretVersionCheck(ground.cluster),
        expiry=PasswordExpiry(ground.cluster, ground.slow),
        cluster_id=ground.cluster_id,
        window=ground.window,
        drift=ground.listeners.drift,
    )


def _services(ground: Ground, quota: Quota) -> InstanceServices:
    listeners = ground.listeners
    return InstanceServices(
        quota,
        ground.clock,
        ground.jitter,
        ground.window,
        ground.slow,
        swept=listeners.swept,
        unswept=listeners.unswept,
        forgotten=listeners.forgotten,
        zones=ground.zones,
        time=ground.server_clock.now,
    )
