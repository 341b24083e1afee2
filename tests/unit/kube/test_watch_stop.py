"""What asyncio still tells when kopf, inside an event loop that is not its own, has failed."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Coroutine
from typing import Any

import pytest
from kopf._cogs.aiokits import aiotasks  # kopf has no public way to make a task as its watchers are made

from connect_operator.kube.watch_stop import leave_out_told_errors


async def fail() -> None:
    raise LookupError("404 page not found")


def guarded(coro: Coroutine[Any, Any, None]) -> asyncio.Task[Any]:
    return aiotasks.create_guarded_task(name="watcher", coro=coro, logger=logging.getLogger("kopf.test"))


async def two_fail_and_one_is_asked() -> None:
    """As kopf's orchestrator does with the watchers of kinds that go at the same moment."""
    tasks = [guarded(fail()), guarded(fail())]
    await asyncio.wait(tasks)
    assert isinstance(tasks[0].exception(), LookupError)
    del tasks
    gc.collect()


async def test_of_watchers_that_fail_together_each_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    leave_out_told_errors()
    await two_fail_and_one_is_asked()
    assert [(each.name, each.getMessage()) for each in caplog.records] == [
        ("kopf.test", "Watcher has failed: 404 page not found")
    ] * 2


async def test_what_else_nobody_asks_for_is_told(caplog: pytest.LogCaptureFixture) -> None:
    leave_out_told_errors()
    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    assert [(each.name, each.getMessage()) for each in caplog.records] == [("asyncio", caplog.records[0].getMessage())]
    assert "never retrieved" in caplog.records[0].getMessage()


async def test_a_handler_that_was_there_still_hears(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: heard.append(context))
    leave_out_told_errors()
    await two_fail_and_one_is_asked()
    assert heard == []
    loop.call_exception_handler({"message": "something else"})
    assert heard == [{"message": "something else"}]
    assert [each.name for each in caplog.records] == ["kopf.test"] * 2
