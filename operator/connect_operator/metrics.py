"""The Prometheus metrics, declared in one place as one typed object. Who measures what is up to its users.

Names start with connect_operator_. Labels hold nothing of which there can be as many as users.
"""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_NAMESPACE = "connect_operator"
_CALL_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_SWEEP_BUCKETS = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)


@dataclass(frozen=True)
class Metrics:
    """All metrics. Label names are given with each; times are in seconds."""

    aws_calls: Counter
    """operation, code: the AWS error code, or OK."""
    aws_call_seconds: Histogram
    """operation."""
    quota_waiting: Gauge
    """operation: calls that wait for a token."""
    quota_tokens: Gauge
    """operation: tokens left."""
    reconciles: Counter
    """reason: the reason of the Ready condition that the reconcile ended with."""
    assignments: Counter
    """reason: reasons that were written to ConnectContactAssignments."""
    sweep_seconds: Histogram
    """instance."""
    last_sweep_timestamp: Gauge
    """instance: when the last complete sweep began, in seconds since the epoch."""
    users: Gauge
    """instance, state: total, managed, ready, unmanaged or drifted."""
    store_objects: Gauge
    """kind: objects in the store."""
    kube_requests: Counter
    """method, code: the HTTP status, or 0 without an answer."""
    kube_request_seconds: Histogram
    """method."""
    watch_missed: Counter
    """finding, changed or gone: what only a resync found."""
    events_dropped: Counter
    """Kubernetes Events that were not posted."""


def create_metrics(registry: CollectorRegistry) -> Metrics:
    """Declare all metrics in a registry; one registry can hold them once."""

    def counter(name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, namespace=_NAMESPACE, registry=registry)

    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, namespace=_NAMESPACE, registry=registry)

    def histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, text, labels, namespace=_NAMESPACE, registry=registry, buckets=buckets)

    return Metrics(
        aws_calls=counter("aws_calls_total", "Calls to AWS.", "operation", "code"),
        aws_call_seconds=histogram("aws_call_seconds", "How long calls to AWS took.", _CALL_BUCKETS, "operation"),
        quota_waiting=gauge("quota_waiting", "Calls that wait for API quota.", "operation"),
        quota_tokens=gauge("quota_tokens", "Calls that could be made at once.", "operation"),
        reconciles=counter("reconciles_total", "Reconciles by the reason they ended with.", "reason"),
        assignments=counter("assignments_total", "Reasons that were told of contact assignments.", "reason"),
        sweep_seconds=histogram("sweep_seconds", "How long sweeps took.", _SWEEP_BUCKETS, "instance"),
        last_sweep_timestamp=gauge("last_sweep_timestamp_seconds", "When the last complete sweep began.", "instance"),
        users=gauge("users", "Users by state.", "instance", "state"),
        store_objects=gauge("store_objects", "Kubernetes objects in the store.", "kind"),
        kube_requests=counter("kube_requests_total", "Requests to the Kubernetes API.", "method", "code"),
        kube_request_seconds=histogram("kube_request_seconds", "How long they took.", _CALL_BUCKETS, "method"),
        watch_missed=counter("watch_missed_total", "Changes that only a resync found.", "finding"),
        events_dropped=counter("events_dropped_total", "Kubernetes Events that were not posted."),
    )
