"""While the API server refuses, each object backs off; when it works again, all go on soon."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.engine.ports import ClusterUnavailableError

from .builders import a_spec, an_instance_raw
from .fake_cluster import FakeCluster
from .harness import World

OBJECTS = 200


@dataclass(slots=True)
class Refusing(FakeCluster):
    """Refuses status writes with that error, if any."""

    refusal: Exception | None = None
    tries: list[float] = field(default_factory=list)

    async def write_user_status(self, user: ConnectUser, status: Mapping[str, Any]) -> str:
        if self.refusal is None:
            # Not super(): a dataclass with slots is another class than the one that this function was made for.
            return await FakeCluster.write_user_status(self, user, status)
        self.tries.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.003)
        raise self.refusal


@pytest.mark.parametrize(
    ("refusal", "at_rest"),
    [
        # Every minute one try of each at most; the adapter has all but one of them wait for a probe.
        (ClusterUnavailableError("429 too many requests"), 1.4),
        # Somebody has to grant it: every 5 minutes.
        (PermissionError("403 forbidden"), 0.4),
    ],
    ids=["unavailable", "forbidden"],
)
def test_refused_status_writes_become_fewer_and_are_logged_within_bounds(
    refusal: Exception, at_rest: float, caplog: pytest.LogCaptureFixture
) -> None:
    world = World()
    world.cluster = cluster = Refusing(world.script, instance=an_instance_raw())
    names = [f"user{number}" for number in range(OBJECTS)]

    def act() -> None:
        cluster.refusal = refusal
        for name in names:
            cluster.apply(name, a_spec(routingProfileId="no such"))

    def recover() -> None:
        cluster.refusal = None

    world.play([(2.0, act), (300.0, recover), (10.0, lambda: None)], lambda: True)
    a_minute = Counter(int(time // 60) for time in cluster.tries)
    assert a_minute[0] <= 5 * OBJECTS
    assert all(a_minute[minute] <= at_rest * OBJECTS for minute in (2, 3, 4)), a_minute
    assert len([each for each in caplog.records if "the Kubernetes API" in each.getMessage()]) <= 6 * 11
    world.let_pass(400.0)
    assert {world.reason(name) for name in names} == {"ReferenceNotFound"}, "all have been told"


@dataclass(slots=True)
class Frozen(FakeCluster):
    """Lets nobody put a finalizer on while `freeze` is."""

    freeze: bool = True

    async def add_finalizer(self, user: ConnectUser) -> ConnectUser:
        if self.freeze:
            raise PermissionError("422 denied the request: a freeze is on")
        return await FakeCluster.add_finalizer(self, user)


def test_a_write_that_the_api_server_denies_is_told_and_tried_again() -> None:
    world = World()
    world.cluster = cluster = Frozen(world.script, instance=an_instance_raw())

    def thaw() -> None:
        cluster.freeze = False

    world.until(lambda: world.reason() == "PermissionDenied", act=lambda: cluster.apply("jdoe", a_spec()))
    raw = cluster.raw("jdoe")
    assert raw is not None
    assert "a freeze is on" in raw["status"]["conditions"][0]["message"]
    assert world.connect.users() == []
    writes = len(cluster.events)
    world.let_pass(1000.0)
    assert len(cluster.events) <= writes + 1, "it is told once"
    world.until(world.ready, act=thaw)
