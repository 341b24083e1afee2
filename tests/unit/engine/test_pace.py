"""The pace of a whole engine: tenants, edits, neighbours and instances that share a quota. In virtual time."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from connect_operator.domain.connect.arn import InstanceArn
from connect_operator.domain.kinds.objects import ConnectInstance, ObjectKey, parse_instance
from connect_operator.domain.text.timestamps import epoch
from connect_operator.engine.controller import Controller

from .builders import a_spec, an_instance_raw
from .fake_cluster import FakeCluster
from .fake_connect import FakeConnect
from .harness import World
from .virtual_time import EPOCH

pytestmark = pytest.mark.no_cover  # long

SECOND = InstanceArn("aws", "us-east-1", "123456789012", "i-2")


class Cluster(FakeCluster):
    """Counts what is written about its ConnectInstance; perhaps with a second one of the same account and region."""

    second: dict[str, Any] | None = None
    written = 0

    async def write_instance_status(self, instance: ConnectInstance, status: Mapping[str, Any]) -> str:
        self.written += 1
        return await super().write_instance_status(instance, status)

    def feed(self, sink: Controller) -> None:
        if self.second is not None:
            sink.instance_changed(parse_instance(copy.deepcopy(self.second)))
        super().feed(sink)

    def ready(self, name: str, namespace: str) -> bool:
        """Whether the object says so."""
        raw: dict[str, Any] = self.objects.get(ObjectKey(namespace, name), {"status": {}})
        return any((each["type"], each["status"]) == ("Ready", "True") for each in raw["status"].get("conditions", []))


def a_world(**spec: Any) -> tuple[World, Cluster]:  # noqa: ANN401 - any member of a ConnectInstance
    """A world whose ConnectInstance says that."""
    world = World()
    world.cluster = cluster = Cluster(world.script, instance=an_instance_raw(**spec))
    return world, cluster


def now() -> float:
    return asyncio.get_running_loop().time()


def a_second_instance(**spec: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of a ConnectInstance
    raw = an_instance_raw(instanceId=str(SECOND), **spec)
    raw["metadata"] |= {"name": "second", "uid": "iuid-second"}
    return raw


def test_one_tenants_many_do_not_hold_up_anothers_one() -> None:
    world, cluster = a_world()

    def hog() -> None:
        for each in range(120):
            world.cluster.apply(f"hog{each}", a_spec(), namespace="hog")

    def single() -> None:
        world.cluster.apply("single", a_spec(), namespace="team-b")

    world.play([(5.0, hog), (5.0, single)], lambda: cluster.ready("single", "team-b"))
    assert world.elapsed - 10.0 <= 5.0
    assert len(world.connect.users()) < 40, "the others wait for the quota"


def test_an_edit_loop_uses_up_its_own_share_only() -> None:
    """Objects that wait are edited again and again; that makes them no more urgent than others' that wait."""
    world, cluster = a_world()

    def hog() -> None:
        for each in range(100):
            world.cluster.apply(f"hog{each}", a_spec(), namespace="hog")
        for each in range(10):
            world.cluster.apply(f"quiet{each}", a_spec(), namespace="quiet")

    def touch() -> None:
        for each in range(60, 100):
            world.cluster.apply(f"hog{each}", a_spec(hierarchyGroupId="hg-1"), namespace="hog")

    world.play(
        [(5.0, hog), *[(1.0, touch) for _ in range(5)]],
        lambda: all(cluster.ready(f"quiet{each}", "quiet") for each in range(10)),
    )
    assert world.elapsed - 5.0 <= 20.0


def test_the_rates_of_a_deleted_instance_are_withdrawn() -> None:
    world, cluster = a_world()
    cluster.second = a_second_instance(apiRates={"default": {"rate": 0.1, "burst": 1}})
    world.connect = _Gateway(world.connect, FakeConnect(world.script))  # type: ignore[assignment]

    def gone() -> None:
        cluster.sink.instance_gone("second", "iuid-second")

    def act() -> None:
        for each in range(20):
            world.cluster.apply(f"u{each}", a_spec())

    world.play([(60.0, gone), (1.0, act)], lambda: all(world.ready(f"u{each}") for each in range(20)))
    assert world.elapsed - 61.0 <= 20.0


@pytest.mark.parametrize("rate", [2.0, 5.0])
def test_the_backlogs_end_is_right_within_a_tenth(rate: float) -> None:
    world, cluster = a_world(apiRates={"CreateUser": {"rate": rate, "burst": 5}})
    told: list[tuple[float, float]] = []

    def act() -> None:
        for each in range(300):
            world.cluster.apply(f"u{each}", a_spec())

    def note() -> None:
        backlog = cluster.instance["status"].get("backlog", {})
        if backlog.get("pending"):
            told.append((now(), (epoch(backlog["estimatedCompletionTime"]) or 0.0) - EPOCH))

    world.play(
        [(10.0, act), (8.0, note), *[(5.0, note) for _ in range(int(300 / rate / 5) - 3)]],
        lambda: all(world.ready(f"u{each}") for each in range(300)),
    )
    assert len(told) >= 5
    for at, estimate in told:
        assert estimate == pytest.approx(world.elapsed, abs=max(5.0, 0.1 * (world.elapsed - at)))
    assert len({estimate for _, estimate in told}) <= 4, "it stands for as long as it is right"


def test_details_are_promised_before_and_told_after_they_were_read() -> None:
    """From no user to many: the time in status is never in the past while anybody is unread."""
    world, cluster = a_world(detailCheckInterval="10m")
    wrong: list[str] = []

    def act() -> None:
        for each in range(100):
            world.cluster.apply(f"u{each}", a_spec(username=f"u{each}", proficiencies=[]))

    def read() -> int:
        return world.script.log.count("ListUserProficiencies")

    def check() -> None:
        told = epoch(cluster.instance["status"].get("fullSweepCompletionTime", "")) or 0.0
        if told <= EPOCH + now() and read() - start < 100:
            wrong.append(f"at {now()} {told - EPOCH} was told, and {read() - start} were read")

    start = 0
    checks: list[tuple[float, Callable[[], None]]] = [(10.0, check) for _ in range(90)]
    world.play([(100.0, act), (20.0, lambda: None), *checks], lambda: True)
    assert not wrong
    assert read() >= 100
    told = epoch(cluster.instance["status"]["fullSweepCompletionTime"]) or 0.0
    assert told < EPOCH + world.elapsed
    writes = cluster.written
    world.let_pass(1200.0)
    assert cluster.written == writes, "nothing is written at rest, nor by a new process"


def test_details_take_a_quarter_of_the_quota_at_most() -> None:
    world, _ = a_world(detailCheckInterval="10s")

    def act() -> None:
        for each in range(60):
            world.cluster.apply(f"u{each}", a_spec(username=f"u{each}", proficiencies=[]))

    world.play([(1.0, act)], lambda: all(world.ready(f"u{each}") for each in range(60)))
    before = world.script.log.count("ListUserProficiencies")
    began = world.elapsed
    world.play([(600.0, lambda: None)], lambda: True)
    read = world.script.log.count("ListUserProficiencies") - before
    assert 0.8 * 0.5 <= read / (world.elapsed - began) <= 0.5 + 0.01


class _Gateway:
    """Two Connect instances behind one gateway."""

    def __init__(self, first: FakeConnect, second: FakeConnect) -> None:
        self.first, self.second = first, second

    def open(self, spec: Any) -> FakeConnect:  # noqa: ANN401 - a spec
        return self.second if spec.instance_id == str(SECOND) else self.first

    def region(self, _spec: Any) -> str:  # noqa: ANN401 - a spec
        return "us-east-1"
