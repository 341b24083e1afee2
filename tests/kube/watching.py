"""A watch with kopf that runs beside the test, and what it is told to look at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.kube.credentials import LoadConfiguration
from connect_operator.kube.watch import WatchOptions, run_watch

from .recording_sink import RecordingSink

KINDS = ("connectinstances", "connectusers", "connectcontactassignments")


@asynccontextmanager
async def watching(
    sink: RecordingSink, load: LoadConfiguration, options: WatchOptions
) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(run_watch(sink.controllers, load, options))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


def only(namespace: str, **others: object) -> WatchOptions:
    return WatchOptions(namespaces=(namespace,), **others)  # type: ignore[arg-type]


def knows(sink: RecordingSink, key: ObjectKey) -> Callable[[], bool]:
    return lambda: key in sink.users
