"""The two small HTTP servers: /healthz and /readyz for probes, /metrics for Prometheus.

What is healthy, or ready, is told by the checks.

A check is fed by a heartbeat and fails when the last beat is too old. A blocked event loop answers no probe at all.
Who may come in, and for how long, is door.py's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from connect_operator.config import Address
from connect_operator.door import Door

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
_BACKLOG = 64
"""Connections that the event loop accepts in one go: so many may be open for a moment beside those that are let in."""


@dataclass
class Heartbeat:
    """When something was last seen alive. `monotonic` is a clock in seconds; the first beat is the construction."""

    monotonic: Callable[[], float]
    last: float = field(init=False)

    def __post_init__(self) -> None:
        self.beat()

    def beat(self) -> None:
        """Note that it is alive now."""
        self.last = self.monotonic()

    def age(self) -> float:
        """Seconds since the last beat."""
        return self.monotonic() - self.last


@dataclass
class Listing:
    """Whether the first list is `done`; until then its age is the time since it is waited for."""

    monotonic: Callable[[], float]
    done: bool = False
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.monotonic()

    def age(self) -> float:
        """Seconds, 0 once it is done."""
        return 0.0 if self.done else max(TICK_SECONDS, self.monotonic() - self.began)


async def tick(heartbeat: Heartbeat, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Beat every second until cancelled; for the event loop's own check."""
    while True:
        heartbeat.beat()
        await sleep(TICK_SECONDS)


class Check(NamedTuple):
    """One part of /healthz or /readyz: healthy while `age()` is at most `limit`; both in seconds."""

    name: str
    age: Callable[[], float]
    limit: float


def report(checks: Sequence[Check]) -> tuple[bool, dict[str, object]]:
    """Whether all is well, and the JSON body that says so check by check."""
    details: dict[str, object] = {}
    healthy = True
    for check in checks:
        age = check.age()
        alive = age <= check.limit
        healthy = healthy and alive
        details[check.name] = {"healthy": alive, "ageSeconds": round(age, 1), "limitSeconds": check.limit}
    return healthy, {"healthy": healthy, "checks": details}


@asynccontextmanager
async def serve_health(
    address: Address | None, checks: Sequence[Check], ready: Sequence[Check] = ()
) -> AsyncIterator[Address | None]:
    """Serve /healthz (is it to be started again?) and /readyz (could it lead?) while the block runs.

    Yields where, None when the address is None. Raises OSError.
    """

    def answer(checks: Sequence[Check]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def probe(_request: web.Request) -> web.Response:
            healthy, body = report(checks)
            status = HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE
            return web.json_response(body, status=status)

        return probe

    async with _serve(address, {"/healthz": answer(checks), "/readyz": answer(ready)}) as bound:
        yield bound


@asynccontextmanager
async def serve_metrics(address: Address | None, registry: CollectorRegistry) -> AsyncIterator[Address | None]:
    """Serve /metrics while the block runs, likewise."""

    async def metrics(request: web.Request) -> web.Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(registry), headers={"Content-Type": content_type})

    async with _serve(address, {"/metrics": metrics}) as bound:
        yield bound


@asynccontextmanager
async def _serve(
    address: Address | None, handlers: Mapping[str, Callable[[web.Request], Awaitable[web.Response]]]
) -> AsyncIterator[Address | None]:
    if address is None:
        yield None
        return
    application = web.Application()
    for path, handler in handlers.items():
        application.router.add_get(path, _once(handler))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        if runner.server is None:
            raise RuntimeError("the runner has made no server")
        loop, door = asyncio.get_running_loop(), Door(runner.server)
        listening = await loop.create_server(door, address.host or None, address.port, backlog=_BACKLOG)
        try:
            host, port = listening.sockets[0].getsockname()[:2]
            yield Address(host, port)
        finally:
            listening.close()
    finally:
        await runner.cleanup()


def _once(
    handler: Callable[[web.Request], Awaitable[web.Response]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler, with its own failures logged, and its connection closed after the answer."""

    async def answer(request: web.Request) -> web.Response:
        try:
            response = await handler(request)
        except Exception:
            logger.exception("%s could not be answered", request.path)
            response = web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)
        response.force_close()
        return response

    return answer
