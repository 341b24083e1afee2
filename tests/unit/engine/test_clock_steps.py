"""The wall clock may be set while the operator works: order is told by a clock that nobody sets."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from connect_operator.engine.ports import Created, Password

from . import harness
from .builders import a_spec
from .fake_connect import FakeConnect
from .harness import World
from .script import LATENCY, LOSE, Script, error
from .virtual_time import LoopClock


@dataclass
class Stepping(LoopClock):
    """A wall clock that can be set."""

    offset = 0.0

    def now(self) -> float:
        return super().now() + Stepping.offset


@pytest.fixture(autouse=True)
def stepping(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr(harness, "LoopClock", Stepping)
    Stepping.offset = 0.0
    yield
    Stepping.offset = 0.0


def set_by(seconds: float) -> Callable[[], None]:
    def act() -> None:
        Stepping.offset = seconds

    return act


@dataclass(slots=True)
class NeverMade(FakeConnect):
    """The first CreateUser fails without having made anybody, and the clock is set meanwhile."""

    step: float = 0.0
    failed: bool = False

    async def create_user(self, parameters: Mapping[str, Any], password: Password | None) -> Created:
        if self.failed:
            return await FakeConnect.create_user(self, parameters, password)
        self.failed = True
        Stepping.offset = self.step
        await asyncio.sleep(LATENCY)
        raise error("CreateUser", "InternalServiceException", 500, uncertain=True)


@pytest.mark.parametrize("step", [0.0, -5.0, -60.0, -3600.0, 3600.0])
def test_an_uncertain_creation_is_settled_as_soon_as_ever(step: float) -> None:
    world = World()
    world.connect = NeverMade(world.script, step=step)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    assert world.elapsed < 120
    assert Counter(world.script.log)["SearchUsers"] < 10


@pytest.mark.parametrize("ahead", [0.0, 601.0, -601.0])
def test_a_lost_creation_is_deleted_though_the_api_server_has_another_clock(ahead: float) -> None:
    Stepping.offset = ahead
    world = World(Script(troubles_by_name={"after CreateUser": [LOSE]}), 40.0)
    world.play(
        [(0.0, lambda: world.cluster.apply("jdoe", a_spec())), (1.5, lambda: world.cluster.delete("jdoe"))],
        lambda: world.cluster.raw("jdoe") is None,
    )
    assert world.connect.users() == []
