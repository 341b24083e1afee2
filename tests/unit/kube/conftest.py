"""A server whose every answer is what the test says."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from .misbehaving import Handler, Serve


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a server whose every answer is the handler's; yields its URL."""
    runners: list[web.AppRunner] = []

    async def start(handler: Handler) -> str:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield start
    for runner in runners:
        await runner.cleanup()
