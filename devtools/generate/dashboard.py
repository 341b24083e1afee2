"""The Grafana dashboard. A panel is a line of the table below; its place follows from the order."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

_WIDTH, _COLUMNS, _HEIGHT = 24, 3, 8
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_INSTANCE = 'instance=~"$instance"'


class Panel(NamedTuple):
    """One picture: what a person asks, the unit (Grafana's name of it), and queries with their legends."""

    title: str
    description: str
    unit: str
    queries: tuple[tuple[str, str], ...]


def _users(state: str) -> str:
    return f'max by (instance) (connect_operator_users{{state="{state}", {_INSTANCE}}})'


def _percentile(histogram: str, label: str, over: str = "$__rate_interval") -> str:
    buckets = f"rate(connect_operator_{histogram}_bucket[{over}])"
    return f"histogram_quantile(0.95, sum by (le, {label}) ({buckets}))"


_PANELS = (
    Panel(
        "Users",
        "managed less ready is what somebody waits for; drifted is what differs from its manifest.",
        "short",
        ((f"max by (instance, state) (connect_operator_users{{{_INSTANCE}}})", "{{instance}} {{state}}"),),
    ),
    Panel(
        "Not ready",
        "Users that are managed and not Ready.",
        "short",
        ((f"{_users('managed')} - {_users('ready')}", "{{instance}}"),),
    ),
    Panel(
        "Waiting for quota",
        "Calls in line, by operation.",
        "short",
        (("sum by (operation) (connect_operator_quota_waiting)", "{{operation}}"),),
    ),
    Panel(
        "Reasons",
        "What passes over users ended with, per second.",
        "ops",
        (("sum by (reason) (rate(connect_operator_reconciles_total[$__rate_interval])) > 0", "{{reason}}"),),
    ),
    Panel(
        "Assignments",
        "What was told of contact assignments, per second.",
        "ops",
        (("sum by (reason) (rate(connect_operator_assignments_total[$__rate_interval])) > 0", "{{reason}}"),),
    ),
    Panel(
        "Age of the last sweep",
        "How long ago each instance was observed as a whole.",
        "s",
        (
            (
                f"max by (instance) (connect_operator_inventory_age_seconds{{{_INSTANCE}}})",
                "{{instance}}",
            ),
        ),
    ),
    Panel(
        "Calls to AWS",
        "Per second, by operation.",
        "ops",
        (("sum by (operation) (rate(connect_operator_aws_calls_total[$__rate_interval]))", "{{operation}}"),),
    ),
    Panel(
        "Failures of AWS",
        "Per second, by error code.",
        "ops",
        (('sum by (code) (rate(connect_operator_aws_calls_total{code!="OK"}[$__rate_interval]))', "{{code}}"),),
    ),
    Panel(
        "Calls to AWS, how long",
        "The 95th percentile, by operation.",
        "s",
        (
            (
                _percentile("aws_call_seconds", "operation"),
                "{{operation}}",
            ),
        ),
    ),
    Panel(
        "Longest wait for quota",
        "How long the oldest call in line has waited, by class; edits are what people wait for.",
        "s",
        (("max by (class) (connect_operator_quota_oldest_seconds)", "{{class}}"),),
    ),
    Panel(
        "Share of the quota",
        "Below 1 other programs use the account's quota.",
        "percentunit",
        (("min by (operation) (connect_operator_quota_rate / connect_operator_quota_limit)", "{{operation}}"),),
    ),
    Panel(
        "Drift",
        "Users that differed after they had been Ready, and those that were put right, within an hour.",
        "short",
        (
            (
                f"sum by (instance) (increase(connect_operator_drift_found_total{{{_INSTANCE}}}[1h]))",
                "{{instance}} found",
            ),
            (
                f"sum by (instance) (increase(connect_operator_drift_repaired_total{{{_INSTANCE}}}[1h]))",
                "{{instance}} repaired",
            ),
        ),
    ),
    Panel(
        "Tokens left",
        "Calls that could be made at once, by operation.",
        "short",
        (("min by (operation) (connect_operator_quota_tokens)", "{{operation}}"),),
    ),
    Panel(
        "Sweeps, how long",
        "The 95th percentile, by ConnectInstance.",
        "s",
        (
            (
                _percentile("sweep_seconds", "instance", "1h"),
                "{{instance}}",
            ),
        ),
    ),
    Panel(
        "Due",
        "Objects that are due to be looked at, by controller.",
        "short",
        (("max by (name) (workqueue_depth)", "{{name}}"),),
    ),
    Panel(
        "Objects",
        "Kubernetes objects that the operator knows.",
        "short",
        (("max by (kind) (connect_operator_store_objects)", "{{kind}}"),),
    ),
    Panel(
        "Requests to Kubernetes",
        "Per second, by method and HTTP status; 0 is no answer.",
        "reqps",
        (
            (
                "sum by (method, code) (rate(connect_operator_kube_requests_total[$__rate_interval]))",
                "{{method}} {{code}}",
            ),
        ),
    ),
    Panel(
        "Requests to Kubernetes, how long",
        "The 95th percentile, by method.",
        "s",
        (
            (
                _percentile("kube_request_seconds", "method"),
                "{{method}}",
            ),
        ),
    ),
    Panel(
        "Lost and found",
        "Changes that only the resync found, and Events that were not posted, within an hour.",
        "short",
        (
            ("sum by (finding) (increase(connect_operator_watch_missed_total[1h]))", "missed, {{finding}}"),
            ("sum(increase(connect_operator_events_dropped_total[1h]))", "Events not posted"),
        ),
    ),
)


def text() -> str:
    """The dashboard as Grafana imports it."""
    return json.dumps(_dashboard(), indent=2) + "\n"


def _dashboard() -> dict[str, Any]:
    return {
        "uid": "connect-operator",
        "title": "connect-operator",
        "tags": ["connect-operator"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "templating": {"list": [_data_source(), _instances()]},
        "panels": [_panel(number, panel) for number, panel in enumerate(_PANELS)],
    }


def _data_source() -> dict[str, Any]:
    return {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def _instances() -> dict[str, Any]:
    query = "label_values(connect_operator_last_sweep_timestamp_seconds, instance)"
    return {
        "name": "instance",
        "label": "ConnectInstance",
        "type": "query",
        "datasource": _SOURCE,
        "query": {"query": query, "refId": "instances"},
        "refresh": 2,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    row, column = divmod(number, _COLUMNS)
    width = _WIDTH // _COLUMNS
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.description,
        "datasource": _SOURCE,
        "gridPos": {"h": _HEIGHT, "w": width, "x": column * width, "y": row * _HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [
            {"refId": chr(ord("A") + index), "datasource": _SOURCE, "expr": query, "legendFormat": legend}
            for index, (query, legend) in enumerate(panel.queries)
        ],
    }
