"""The Prometheus metrics, declared in one place as one typed object. Who measures what is up to its users.

Names start with connect_operator_, but for those that every controller of the field has: they are called as there. What
is read off the running parts when it is asked for is in gauges.py. No label can have as many values as there are users.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.assignment import Ending

_NAMESPACE = "connect_operator"
_CALL_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_CONTROLLER_BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0)
_WAIT_BUCKETS = (0.5, 1.0, 5.0, 10.0, 60.0, 300.0, 1800.0, 7200.0)
_SWEEP_BUCKETS = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)


@dataclass(frozen=True)
class Metrics:
    """All metrics. Label names are given with each; times are in seconds."""

    aws_calls: Counter
    """operation, code: the AWS error code, or OK."""
    aws_call_seconds: Histogram
    """operation."""
    quota_wait_seconds: Histogram
    """operation, class: turns that had to be waited for, and how long."""
    reconciles: Counter
    """reason: the reason of the Ready condition that the reconcile ended with."""
    assignments: Counter
    """reason: reasons that were written to ConnectContactAssignments."""
    sweep_seconds: Histogram
    """instance."""
    drift_found: Counter
    """instance: users that were found to differ after they had been Ready."""
    drift_repaired: Counter
    """instance: those of them that are as their manifests say again."""
    controller_reconciles: Counter
    """controller, result: success, requeue, requeue_after or error."""
    controller_reconcile_seconds: Histogram
    """controller."""
    workqueue_seconds: Histogram
    """name: how long an object was due before it was looked at."""
    rest_client_requests: Counter
    """code, method, host."""
    kube_requests: Counter
    """method, code: the HTTP status, or 0 without an answer."""
    kube_request_seconds: Histogram
    """method."""
    watch_missed: Counter
    """finding, changed or gone: what only a resync found."""
    leads: Gauge
    """name: of the Lease."""
    events_dropped: Counter
    """Kubernetes Events that were not posted."""

    def begin_instance(self, name: str) -> None:
        """That ConnectInstance is swept; what will be counted of it is 0 until then.

        Prometheus sees no increase where a counter begins with what was counted since the last scrape.
        """
        self.drift_found.labels(name)
        self.drift_repaired.labels(name)

    def forget_instance(self, name: str) -> None:
        """That ConnectInstance was deleted, and is told of no more."""
        for metric in (self.sweep_seconds, self.drift_found, self.drift_repaired):
            with contextlib.suppress(KeyError):
                metric.remove(name)


@dataclass(frozen=True)
class _Declare:
    """Declares a metric of each sort in a registry: ours, and those that every controller of the field has."""

    registry: CollectorRegistry

    def counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, namespace=_NAMESPACE, registry=self.registry)

    def standard(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def standard_histogram(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(name, text, labels, registry=self.registry, buckets=_CONTROLLER_BUCKETS)

    def histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, text, labels, namespace=_NAMESPACE, registry=self.registry, buckets=buckets)


def create_metrics(registry: CollectorRegistry) -> Metrics:
    """Declare all metrics in a registry; one registry can hold them once."""
    declare = _Declare(registry)
    leads = "Whether this process leads: 1, or 0 on standby."
    metrics = Metrics(
        aws_calls=declare.counter("aws_calls_total", "Calls to AWS.", "operation", "code"),
        aws_call_seconds=declare.histogram(
            "aws_call_seconds", "How long calls to AWS took.", _CALL_BUCKETS, "operation"
        ),
        quota_wait_seconds=declare.histogram(
            "quota_wait_seconds", "How long calls waited for their turn.", _WAIT_BUCKETS, "operation", "class"
        ),
        reconciles=declare.counter("reconciles_total", "Reconciles by the reason they ended with.", "reason"),
        assignments=declare.counter("assignments_total", "Reasons that were told of contact assignments.", "reason"),
        sweep_seconds=declare.histogram("sweep_seconds", "How long sweeps took.", _SWEEP_BUCKETS, "instance"),
        drift_found=declare.counter("drift_found_total", "Users that differed after they had been Ready.", "instance"),
        drift_repaired=declare.counter("drift_repaired_total", "Those that were put right again.", "instance"),
        controller_reconciles=declare.standard(
            "controller_runtime_reconcile_total", "Reconciles by controller and result.", "controller", "result"
        ),
        controller_reconcile_seconds=declare.standard_histogram(
            "controller_runtime_reconcile_time_seconds", "How long a reconcile took.", "controller"
        ),
        workqueue_seconds=declare.standard_histogram(
            "workqueue_queue_duration_seconds", "How long an object was due before it was looked at.", "name"
        ),
        rest_client_requests=declare.standard(
            "rest_client_requests_total", "Requests to the Kubernetes API.", "code", "method", "host"
        ),
        kube_requests=declare.counter("kube_requests_total", "Requests to the Kubernetes API.", "method", "code"),
        kube_request_seconds=declare.histogram("kube_request_seconds", "How long they took.", _CALL_BUCKETS, "method"),
        watch_missed=declare.counter("watch_missed_total", "Changes that only a resync found.", "finding"),
        leads=Gauge("leader_election_master_status", leads, ["name"], registry=registry),
        events_dropped=declare.counter("events_dropped_total", "Kubernetes Events that were not posted."),
    )
    _begin(metrics)
    return metrics


def _begin(metrics: Metrics) -> None:
    """Have everything whose labels are known begin at 0, as in begin_instance."""
    for reason in Reason:
        metrics.reconciles.labels(reason.value)
        metrics.assignments.labels(reason.value)
    for ending in Ending:
        metrics.assignments.labels(ending.value)
    for finding in ("changed", "gone"):
        metrics.watch_missed.labels(finding)
