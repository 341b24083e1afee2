"""Every metric that the operator declares: what alerts and dashboard may name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any, NamedTuple

from prometheus_client import CollectorRegistry

from connect_operator import gauges
from connect_operator.metrics import create_metrics


class Family(NamedTuple):
    """A metric as Prometheus knows it; a histogram's name is without _bucket, _sum and _count."""

    name: str
    type: str
    labels: tuple[str, ...]
    text: str


def declared() -> list[Family]:
    """All of them, in the order of their declaration."""
    metrics = create_metrics(CollectorRegistry())
    found = []
    for field in fields(metrics):
        metric = getattr(metrics, field.name)
        (family,) = metric.describe()
        name = f"{family.name}_total" if family.type == "counter" else family.name
        found.append(Family(name, family.type, tuple(metric._labelnames), family.documentation))  # noqa: SLF001 - no public way to ask
    return [*found, *_read_off()]


def _read_off() -> Iterator[Family]:
    """Gauges that a collector reads off the running parts; describing them looks at no part."""
    collector: Any = getattr(gauges, "LiveGauges", None)
    if collector is not None:
        for family in collector.__new__(collector).describe():
            yield Family(family.name, family.type, tuple(family._labelnames), family.documentation)  # noqa: SLF001
