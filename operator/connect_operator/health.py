"""The two small HTTP servers: /healthz for probes and /metrics for Prometheus. What is healthy is told by the checks.

A check is fed by a heartbeat and fails when the last beat is too old. A blocked event loop answers no probe at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from connect_operator.config import Address

TICK_SECONDS = 1.0


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


async def tick(heartbeat: Heartbeat, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Beat every second until cancelled; for the event loop's own check."""
    while True:
        heartbeat.beat()
        await sleep(TICK_SECONDS)


class Check(NamedTuple):
    """One part of /healthz: healthy while `age()` is at most `limit`; both in seconds."""

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
async def serve_health(address: Address | None, checks: Sequence[Check]) -> AsyncIterator[Address | None]:
    """Serve /healthz while the block runs; yields where, None when the address is None. Raises OSError."""

    async def healthz(_request: web.Request) -> web.Response:
        healthy, body = report(checks)
        status = HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE
        return web.json_response(body, status=status)

    async with _serve(address, "/healthz", healthz) as bound:
        yield bound


@asynccontextmanager
async def serve_metrics(address: Address | None, registry: CollectorRegistry) -> AsyncIterator[Address | None]:
    """Serve /metrics while the block runs, likewise."""

    async def metrics(request: web.Request) -> web.Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(registry), headers={"Content-Type": content_type})

    async with _serve(address, "/metrics", metrics) as bound:
        yield bound


@asynccontextmanager
async def _serve(
    address: Address | None, path: str, handler: Callable[[web.Request], Awaitable[web.Response]]
) -> AsyncIterator[Address | None]:
    if address is None:
        yield None
        return
    application = web.Application()
    application.router.add_get(path, handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, address.host or None, address.port).start()
        host, port = runner.addresses[0][:2]
        yield Address(host, port)
    finally:
        await runner.cleanup()
