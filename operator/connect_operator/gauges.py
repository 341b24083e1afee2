"""Metrics that are read off the running parts now and then, and those of the resync. Nothing decides by them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connect_operator.engine.assignments.book import AssignmentBook
from connect_operator.engine.census import Census
from connect_operator.engine.instance import Instance
from connect_operator.engine.quota import Quota
from connect_operator.engine.store import Store
from connect_operator.kube.resync import Found
from connect_operator.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Gauged:
    """The parts that are looked at."""

    store: Store
    book: AssignmentBook
    quota: Quota
    instances: Mapping[str, Instance]
    census: Census


def missed(metrics: Metrics) -> Callable[[Found], None]:
    """Counts what only a resync found."""

    def count(found: Found) -> None:
        metrics.watch_missed.labels("changed").inc(found.changed)
        metrics.watch_missed.labels("gone").inc(found.gone)

    return count


async def keep_gauges(parts: Gauged, metrics: Metrics) -> None:
    """Keep the gauges up to date."""
    while True:
        metrics.store_objects.labels("ConnectUser").set(len(parts.store))
        metrics.store_objects.labels("ConnectInstance").set(len(parts.store.instances()))
        metrics.store_objects.labels("ConnectContactAssignment").set(len(parts.book))
        for operation, count in parts.quota.waiting().items():
            metrics.quota_waiting.labels(operation.name).set(count)
        for operation, tokens in parts.quota.tokens().items():
            metrics.quota_tokens.labels(operation.name).set(tokens)
        for instance in tuple(parts.instances.values()):
            swept = instance.inventory.swept
            if swept is not None:
                metrics.last_sweep_timestamp.labels(instance.name).set(time.time() - (time.monotonic() - swept))
                counts = parts.census.counts(instance)
                for state in counts.__struct_fields__:
                    metrics.users.labels(instance.name, state).set(getattr(counts, state))
        await asyncio.sleep(10.0)
