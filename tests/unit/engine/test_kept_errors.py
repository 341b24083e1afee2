"""Errors that are kept hold no frames: those have parameters and passwords, and grow with every raise."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from connect_operator.domain.connect.errors import ConnectError
from connect_operator.engine.users.memory import Memory

from .builders import a_spec
from .fake_connect import FakeConnect
from .harness import World
from .script import Script, answer, error

HOURS = 3 * 3600.0


class Expired(FakeConnect):
    """Reads work with yesterday's session until a write is refused; from then on nothing does."""

    refused: bool = False

    async def _write(self, operation: str, subject: str, carry_out: Callable[[], None]) -> NoReturn:
        del subject, carry_out
        self.refused = True
        await super()._read(operation)
        raise error(operation, "ExpiredTokenException", 403)

    async def _read(self, operation: str) -> None:
        await super()._read(operation)
        if self.refused:
            raise error(operation, "ExpiredTokenException", 403)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("connect_operator"), "disabled", True)


def longest_traceback() -> int:
    lengths = [0]
    for each in gc.get_objects():
        if isinstance(each, ConnectError):
            traceback, length = each.__traceback__, 0
            while traceback is not None:
                traceback, length = traceback.tb_next, length + 1
            lengths.append(length)
    return max(lengths)


def test_a_gate_that_refuses_many_does_not_grow() -> None:
    world = World()
    world.connect = Expired(world.script)
    seen: list[int] = []

    def look() -> bool:
        seen.append(longest_traceback())
        return True

    def act() -> None:
        for number in range(20):
            world.cluster.apply(f"user{number}", a_spec())

    world.play([(0.0, act), *((1000.0, lambda: None) for _ in range(8))], look)
    assert world.reason("user1") == "PermissionDenied"
    assert seen == [0]


def test_a_write_that_was_refused_is_remembered_without_its_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[ConnectError] = []
    block = Memory.block

    def record(memory: Memory, operation: str, failed: ConnectError, **how: Any) -> None:  # noqa: ANN401 - as it is
        block(memory, operation, failed, **how)
        kept.append(memory.writes.blocked[operation])

    monkeypatch.setattr(Memory, "block", record)
    world = World(Script(troubles_by_name={"before CreateUser": [answer("InvalidParameterException", 400)]}))
    world.until(lambda: world.reason() == "InvalidSpec", act=lambda: world.cluster.apply("jdoe", a_spec()))
    assert [(each.__traceback__, each.__context__) for each in kept] == [(None, None)]
