"""A proxy in front of the API server as slow, or as unwilling, as a test wants it. Watches pass through, too."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import Any, Self

import aiohttp
import yaml
from aiohttp import web

_HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "host", "keep-alive"}


@dataclass(frozen=True)
class Passing:
    """A request on its way."""

    method: str
    path: str
    query: dict[str, str]

    @property
    def is_watch(self) -> bool:
        """Whether it is a watch."""
        return self.query.get("watch") == "true"


@dataclass(frozen=True)
class Treatment:
    """What becomes of a request: it waits for that event, and is refused with that status, if any.

    `limit`: the number of objects that a list page may have at most. `answered` is called when the API server has
    answered, of which nothing is passed on yet; with `lost` nothing ever is, and the connection ends.
    """

    until: threading.Event | None = None
    status: int | None = None
    retry_after: str | None = None
    limit: int | None = None
    answered: Callable[[], None] = lambda: None
    lost: bool = False


PASS = Treatment()


@dataclass
class ApiProxy:
    """Use as a context manager. `treat` decides on each request; `requests` are all that came."""

    upstream: Path
    folder: Path
    treat: Callable[[Passing], Treatment] = lambda _request: PASS
    requests: list[Passing] = field(default_factory=list)
    ahead: float = 0.0
    """By how many seconds the API server's clock seems to be ahead, in the Date of its answers."""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _session: aiohttp.ClientSession | None = None
    _port: int = 0

    @property
    def kubeconfig(self) -> Path:
        """For who shall go through the proxy, with the credentials of the kubeconfig that was given."""
        content = yaml.safe_load(self.upstream.read_text())
        content["clusters"][0]["cluster"] = {"server": f"http://127.0.0.1:{self._port}"}
        file = self.folder / "through-the-proxy.kubeconfig"
        file.write_text(yaml.safe_dump(content))
        file.chmod(0o600)
        return file

    def __enter__(self) -> Self:
        started = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(started,), daemon=True)
        self._thread.start()
        assert started.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)

    def _serve(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        runner = self._loop.run_until_complete(self._start())
        started.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._end(runner))
        self._loop.close()

    async def _end(self, runner: web.AppRunner) -> None:
        assert self._session is not None
        await runner.cleanup()
        await self._session.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _start(self) -> web.AppRunner:
        cluster = yaml.safe_load(self.upstream.read_text())["clusters"][0]["cluster"]
        self._server = cluster["server"]
        trusted = ssl.create_default_context(cafile=cluster["certificate-authority"])
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trusted, limit=0), auto_decompress=False
        )
        application = web.Application(client_max_size=16 * 1024**2)
        application.router.add_route("*", "/{path:.*}", self._pass)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._port = runner.addresses[0][1]
        return runner

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        passing = Passing(request.method, request.path, dict(request.query))
        self.requests.append(passing)
        treatment = self.treat(passing)
        if treatment.until is not None:
            await asyncio.to_thread(treatment.until.wait, 60)
        if treatment.status is not None:
            headers = {"Retry-After": treatment.retry_after} if treatment.retry_after else {}
            return web.json_response(
                {"kind": "Status", "message": "the proxy refuses"}, status=treatment.status, headers=headers
            )
        query = dict(passing.query)
        if treatment.limit is not None and "limit" in query:
            query["limit"] = str(treatment.limit)
        try:
            return await self._forward(request, query, treatment)
        except aiohttp.ClientError as error:
            return web.json_response({"kind": "Status", "message": str(error)}, status=502)

    async def _forward(self, request: web.Request, query: dict[str, str], treatment: Treatment) -> web.StreamResponse:
        assert self._session is not None
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        arguments: dict[str, Any] = {"params": query, "headers": headers, "data": await request.read() or None}
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._session.request(
            request.method,
            self._server + request.path,
            timeout=timeout,
            skip_auto_headers=["Content-Type"],
            **arguments,
        ) as answer:
            treatment.answered()
            if treatment.lost and request.transport is not None:
                request.transport.abort()
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
            if self.ahead and "Date" in kept:
                kept["Date"] = formatdate(parsedate_to_datetime(kept["Date"]).timestamp() + self.ahead, usegmt=True)
            response = web.StreamResponse(status=answer.status, headers=kept)
            await response.prepare(request)
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
            await response.write_eof()
            return response
