"""A world with two ConnectInstances, of two Connect instances or of one, and acts that happen in mid-call."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connect_operator.domain.connect.arn import InstanceArn
from connect_operator.domain.kinds.objects import parse_instance
from connect_operator.domain.kinds.spec import ConnectInstanceSpec
from connect_operator.engine.ports import InstanceFacts

from .builders import ARN, an_instance_raw
from .fake_cluster import FakeCluster
from .fake_connect import FakeConnect
from .harness import World
from .script import Script

OTHER = InstanceArn("aws", "us-east-1", "123456789012", "i-2")


class OtherConnect(FakeConnect):
    """The second Connect instance."""

    async def describe_instance(self) -> InstanceFacts:
        await self._read("DescribeInstance")
        return InstanceFacts(str(OTHER), "SAML")


@dataclass
class TwoConnects:
    """The gateway to both."""

    first: FakeConnect
    other: FakeConnect

    def open(self, spec: ConnectInstanceSpec) -> FakeConnect:
        return self.other if spec.instance_id == str(OTHER) else self.first

    def region(self, spec: ConnectInstanceSpec) -> str | None:
        return self.first.region(spec)


@dataclass(slots=True)
class TwoCluster(FakeCluster):
    """A cluster with further ConnectInstances; nothing is written to them that matters here."""

    extra: list[dict[str, Any]] = field(default_factory=list)

    def feed(self, sink: Any) -> None:  # noqa: ANN401 - the engine's controller
        self.sink = sink
        for raw in self.extra:
            sink.instance_changed(parse_instance(copy.deepcopy(raw)))
        FakeCluster.feed(self, sink)


@dataclass(slots=True)
class Acting(Script):
    """A script in which somebody acts while a step's answer is on its way."""

    acts: dict[str, tuple[Callable[[], None], float]] = field(default_factory=dict)

    def on(self, name: str, act: Callable[[], None], pause: float = 0.05) -> None:
        self.acts[name] = (act, pause)

    async def step(self, name: str) -> str | None:
        if name in self.acts and not self.crashed:
            act, pause = self.acts.pop(name)
            act()
            await asyncio.sleep(pause)
        return await Script.step(self, name)


def second_instance(arn: InstanceArn = OTHER, **spec: Any) -> dict[str, Any]:  # noqa: ANN401 - any member
    raw = an_instance_raw(instanceId=str(arn), **spec)
    raw["metadata"] |= {"name": "second", "uid": "iuid-second"}
    return raw


def two(
    script: Script,
    delay: float = 0.0,
    *,
    same: bool = False,
    second: dict[str, Any] | None = None,
    **instance: Any,  # noqa: ANN401 - any member of both ConnectInstances
) -> tuple[World, FakeConnect, FakeConnect]:
    """ConnectInstances `support` (i-1) and `second` (i-2, or i-1 as well: `same`), and the two Connects."""
    world = World(script, delay)
    first, other = world.connect, OtherConnect(script, delay)
    extra = [second_instance(ARN if same else OTHER, **{**instance, **(second or {})})]
    world.cluster = TwoCluster(script, instance=an_instance_raw(**instance), extra=extra)
    world.connect = TwoConnects(first, other)  # type: ignore[assignment]
    return world, first, other
