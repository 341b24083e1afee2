"""Metrics that are read off the running parts whenever they are asked for, and those of passes and of the resync.

Nothing decides by them. Since nothing is kept, what is gone (an instance, an account) is told of no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from connect_operator.engine.assignments.store import AssignmentStore
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.pace.quota import Quota
from connect_operator.engine.pace.scheduler import Scheduler, Watcher
from connect_operator.engine.ports import Clock
from connect_operator.engine.store import Store
from connect_operator.engine.users.counts import UserCounter
from connect_operator.kube.resync import Found
from connect_operator.metrics import Metrics

_LINE = ["account", "region", "operation"]


@dataclass(frozen=True, slots=True)
class Gauged:
    """The parts that are looked at. `schedulers` by the name of the controller."""

    store: Store
    assignments: AssignmentStore
    quota: Quota
    instances: Mapping[str, Instance]
    counter: UserCounter
    schedulers: Mapping[str, Scheduler]
    clock: Clock


@dataclass(frozen=True, slots=True)
class PassMetrics(Watcher):
    """Counts the passes of one controller."""

    metrics: Metrics
    controller: str

    def waited(self, seconds: float) -> None:
        """See Watcher."""
        self.metrics.workqueue_seconds.labels(self.controller).observe(seconds)

    def ended(self, result: str, seconds: float) -> None:
        """See Watcher."""
        self.metrics.controller_reconciles.labels(self.controller, result).inc()
        self.metrics.controller_reconcile_seconds.labels(self.controller).observe(seconds)


def missed(metrics: Metrics) -> Callable[[Found], None]:
    """Counts what only a resync found."""

    def count(found: Found) -> None:
        metrics.watch_missed.labels("changed").inc(found.changed)
        metrics.watch_missed.labels("gone").inc(found.gone)

    return count


class LiveGauges(Collector):
    """The gauges of a running operator; to be registered once its parts are there."""

    def __init__(self, parts: Gauged) -> None:
        self._parts = parts

    def describe(self) -> Iterator[Metric]:
        """Names only: to register is not to look."""
        yield from (*_of_objects(), *_of_lines(), *_of_instances())

    def collect(self) -> Iterator[Metric]:
        """What is so now."""
        yield from self._objects()
        yield from self._lines()
        yield from self._instances()

    def _objects(self) -> Iterator[Metric]:
        objects, depth = _of_objects()
        parts = self._parts
        objects.add_metric(["ConnectUser"], len(parts.store))
        objects.add_metric(["ConnectInstance"], len(parts.store.instances()))
        objects.add_metric(["ConnectContactAssignment"], len(parts.assignments))
        for name, scheduler in parts.schedulers.items():
            depth.add_metric([name], scheduler.depth)
        yield from (objects, depth)

    def _lines(self) -> Iterator[Metric]:
        waiting, oldest, tokens, rate, limit = families = _of_lines()
        for operation, state in self._parts.quota.lines():
            labels = [operation.account, operation.region, operation.name]
            tokens.add_metric(labels, state.tokens)
            rate.add_metric(labels, state.rate)
            limit.add_metric(labels, state.quota)
            for priority, count, age in state.waiting:
                waiting.add_metric([*labels, priority.name.lower()], count)
                oldest.add_metric([*labels, priority.name.lower()], age)
        yield from families

    def _instances(self) -> Iterator[Metric]:
        swept, age, size, users = families = _of_instances()
        now, monotonic = self._parts.clock.now(), self._parts.clock.monotonic()
        for instance in tuple(self._parts.instances.values()):
            last = instance.inventory.swept_tick
            if last is None:
                continue
            swept.add_metric([instance.name], now - (monotonic - last))
            age.add_metric([instance.name], monotonic - last)
            size.add_metric([instance.name], len(instance.inventory))
            counts = self._parts.counter.counts(instance)
            for state in counts.__struct_fields__:
                users.add_metric([instance.name, state], getattr(counts, state))
        yield from families


def _gauge(name: str, text: str, labels: list[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, labels=labels)


def _of_objects() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
    return (
        _gauge("connect_operator_store_objects", "Kubernetes objects in the store.", ["kind"]),
        _gauge("workqueue_depth", "Objects that are due to be looked at.", ["name"]),
    )


def _of_lines() -> tuple[GaugeMetricFamily, ...]:
    return (
        _gauge("connect_operator_quota_waiting", "Calls that wait for their turn.", [*_LINE, "class"]),
        _gauge("connect_operator_quota_oldest_seconds", "How long the oldest of them has waited.", [*_LINE, "class"]),
        _gauge("connect_operator_quota_tokens", "Calls that could be made at once.", _LINE),
        _gauge("connect_operator_quota_rate", "Calls a second at present; less while others use the quota.", _LINE),
        _gauge("connect_operator_quota_limit", "Calls a second by the quota.", _LINE),
    )


def _of_instances() -> tuple[GaugeMetricFamily, ...]:
    return (
        _gauge("connect_operator_last_sweep_timestamp_seconds", "When the last complete sweep began.", ["instance"]),
        _gauge("connect_operator_inventory_age_seconds", "How long ago that is.", ["instance"]),
        _gauge("connect_operator_inventory_users", "Users in Connect, as last observed.", ["instance"]),
        _gauge("connect_operator_users", "Users by state.", ["instance", "state"]),
    )
