"""The metrics that exist, what the page says of them, and that the deleted are told of no more."""

from __future__ import annotations

import asyncio
import random
import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from connect_operator.clock import SystemClock
from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.assignments.store import AssignmentStore
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.pace.quota import Flow, Operation, Priority, Quota
from connect_operator.engine.pace.scheduler import Scheduler
from connect_operator.engine.pace.turn import NeedsToken, Next, Settled, Turn
from connect_operator.engine.store import Store
from connect_operator.engine.users.counts import UserCounter
from connect_operator.engine.users.memory import Memories
from connect_operator.gauges import Gauged, LiveGauges, PassMetrics
from connect_operator.metrics import Metrics, create_metrics

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"
CREATE = Operation("123456789012", "us-east-1", "CreateUser")
JDOE = ObjectKey("team-a", "jdoe")


class Exposed:
    """A registry as the operator has it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.metrics: Metrics = create_metrics(self.registry)
        self.clock = SystemClock()
        self.done = asyncio.Event()
        self.quota = Quota(self.clock, random.Random(1))  # noqa: S311 - spreads pauses, guards nothing
        self.scheduler = Scheduler(
            self.run_pass, self.quota, self.clock, watcher=PassMetrics(self.metrics, "connectuser")
        )
        store, instances = Store(), dict[str, Instance]()
        counter = UserCounter(store, Memories(), "cluster")
        parts = Gauged(
            store, AssignmentStore(), self.quota, instances, counter, {"connectuser": self.scheduler}, self.clock
        )
        self.registry.register(LiveGauges(parts))

    async def run_pass(self, _key: ObjectKey, turn: Turn) -> Next:
        if turn.grant is None:
            return NeedsToken(CREATE, Priority.EDIT, instance="support")
        self.done.set()
        return Settled()

    @property
    def text(self) -> str:
        return generate_latest(self.registry).decode()


def test_the_page_and_the_registry_agree() -> None:
    families = re.findall(r"^# TYPE (\S+) (\S+)$", Exposed().text, re.MULTILINE)
    exposed = {name for name, _ in families if not name.endswith("_created")}
    documented = set(re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == exposed


def test_what_the_page_recommends_to_watch_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"connect_operator_[a-z_]+", text.split("## What to watch")[1]))
    assert named <= set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE))


async def test_passes_and_turns_are_counted() -> None:
    exposed = Exposed()
    exposed.quota.waited = lambda ticket, seconds: exposed.metrics.quota_wait_seconds.labels(
        ticket.operation.name, ticket.priority.name.lower()
    ).observe(seconds)
    while exposed.quota.try_take(CREATE):
        pass
    exposed.scheduler.wake(JDOE)
    async with asyncio.timeout(60):
        await exposed.done.wait()
        await exposed.scheduler.stop(60.0)
    text = exposed.text
    assert 'controller_runtime_reconcile_total{controller="connectuser",result="requeue"} 1.0' in text
    assert 'controller_runtime_reconcile_time_seconds_count{controller="connectuser"} 2.0' in text
    assert 'workqueue_queue_duration_seconds_count{name="connectuser"} 1.0' in text
    assert 'connect_operator_quota_wait_seconds_count{class="edit",operation="CreateUser"} 1.0' in text


async def test_queues_are_told_by_class_and_go_away_with_the_instance() -> None:
    exposed = Exposed()
    exposed.quota.configure("123456789012", "us-east-1", {}, source="support")
    exposed.quota.refused(CREATE)
    ticket = exposed.quota.enqueue(CREATE, Priority.DELETION, lambda: None, flow=Flow("support", "team-a"))
    line = 'account="123456789012",class="deletion",operation="CreateUser",region="us-east-1"'
    assert f"connect_operator_quota_waiting{{{line}}} 1.0" in exposed.text
    assert f"connect_operator_quota_oldest_seconds{{{line}}}" in exposed.text
    exposed.quota.cancel(ticket)
    exposed.quota.withdraw("support")
    assert "123456789012" not in exposed.text
    exposed.quota.close()


@pytest.mark.parametrize("metric", ["sweep_seconds", "drift_found", "drift_repaired"])
def test_a_deleted_instance_is_told_of_no_more(metric: str) -> None:
    exposed = Exposed()
    exposed.metrics.sweep_seconds.labels("support").observe(1.0)
    exposed.metrics.drift_found.labels("support").inc()
    exposed.metrics.drift_repaired.labels("support").inc()
    assert f"{metric}_" in exposed.text
    exposed.metrics.forget_instance("support")
    exposed.metrics.forget_instance("support")
    assert "support" not in exposed.text


@pytest.mark.parametrize(
    "line",
    [
        'connect_operator_reconciles_total{reason="DeletionsPaused"} 0.0',
        'connect_operator_assignments_total{reason="OutcomeUnknown"} 0.0',
        'connect_operator_assignments_total{reason="WaitingForQuota"} 0.0',
        'connect_operator_watch_missed_total{finding="gone"} 0.0',
    ],
)
def test_counters_begin_at_nought(line: str) -> None:
    """Prometheus sees no increase where a counter begins with what it counted since the last scrape."""
    assert line in Exposed().text


def test_the_drift_of_an_instance_is_nought_before_any_was_found() -> None:
    exposed = Exposed()
    exposed.metrics.begin_instance("support")
    assert 'connect_operator_drift_found_total{instance="support"} 0.0' in exposed.text
    assert 'connect_operator_drift_repaired_total{instance="support"} 0.0' in exposed.text
