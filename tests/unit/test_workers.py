"""No worker ends unnoticed: when one does, the process stops in order and says which."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from connect_operator.app import until_stopped
from connect_operator.ending import Ending
from connect_operator.engine.leading.leadership import Alone
from connect_operator.health import Heartbeat
from connect_operator.leading import Leading


class Noted(Ending):
    """Arms nothing: the process of the tests is to go on."""

    armed: bool = False

    def arm(self) -> None:
        self.armed = True


async def forever() -> None:
    await asyncio.Event().wait()


async def ends() -> None:
    await asyncio.sleep(0)


async def breaks() -> None:
    await asyncio.sleep(0)
    raise LookupError("no token file")


ALONE = Leading(Alone(), None, Heartbeat(time.monotonic))


class Stage:
    """Parts whose work is to be stopped; the order in which that happens."""

    def __init__(self, posting: Any) -> None:  # noqa: ANN401 - a coroutine
        self.order: list[str] = []
        loop = asyncio.get_running_loop()
        self.parts = SimpleNamespace(
            failure=loop.create_future(),
            posting=loop.create_task(posting, name="events"),
            caller=SimpleNamespace(stopping=False),
            controller=SimpleNamespace(stop=self.stop),
            events=SimpleNamespace(drain=self.drain),
            oldest_call=lambda: 0.0,
        )

    async def stop(self, _patience: float) -> None:
        self.order.append("stop")

    async def drain(self) -> None:
        self.order.append("drain")

    async def run(self, worker: Any, *, stop: bool = False) -> Noted:  # noqa: ANN401 - a coroutine
        ending, stopped = Noted(), asyncio.Event()
        if stop:
            stopped.set()
        task = asyncio.get_running_loop().create_task(worker, name="watch")
        try:
            await asyncio.wait_for(until_stopped(stopped, ending, cast("Any", self.parts), ALONE, [task]), 60)
        finally:
            self.parts.posting.cancel()
            assert ending.armed, "what hangs now would hang for ever"
            assert self.order == ["stop", "drain"]
            assert self.parts.caller.stopping
        return ending


@pytest.mark.parametrize(("posting", "worker", "named"), [(ends, forever, "events"), (forever, ends, "watch")])
async def test_a_worker_that_ends_ends_the_process(posting: Any, worker: Any, named: str) -> None:  # noqa: ANN401 - makers of coroutines
    with pytest.raises(RuntimeError, match=f"the worker {named} has ended"):
        await Stage(posting()).run(worker())


@pytest.mark.parametrize(("posting", "worker"), [(breaks, forever), (forever, breaks)])
async def test_why_a_worker_ended_is_told(posting: Any, worker: Any) -> None:  # noqa: ANN401 - makers of coroutines
    with pytest.raises(LookupError, match="no token file"):
        await Stage(posting()).run(worker())


async def test_the_signal_is_no_failure() -> None:
    await Stage(forever()).run(forever(), stop=True)
