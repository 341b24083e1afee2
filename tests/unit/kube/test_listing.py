"""How many objects a page of a list is to hold, and how much of one is read, over HTTP to a server that lists."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from kubernetes.aio.client import Configuration

from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube import listing
from connect_operator.kube.connection import Connection
from connect_operator.kube.listing import (
    FIRST_PAGE_SIZE,
    MOST_BYTES,
    PAGE_BYTES,
    PAGE_SIZE,
    FullPage,
    next_limit,
    pages,
)


@pytest.mark.parametrize(
    ("weight", "count", "limit", "reason"),
    [
        (20 * 2_000, 20, PAGE_SIZE, "plain objects"),
        (20 * 250_000, 20, 16, "objects with 250 KB of annotations"),
        (20 * 1_500_000, 20, 2, "the heaviest that etcd takes"),
        (10 * PAGE_BYTES, 1, 1, "at least one"),
        (100, 0, PAGE_SIZE, "an empty list"),
    ],
)
def test_a_page_is_limited_by_its_weight(weight: int, count: int, limit: int, reason: str) -> None:
    assert next_limit(weight, count) == limit, reason


def test_the_first_page_is_bearable_whatever_is_on_it() -> None:
    assert FIRST_PAGE_SIZE * 1_500_000 <= 32_000_000


class Lister:
    """An API server's list: these objects, in their order, in pages."""

    def __init__(self, *objects: dict[str, Any]) -> None:
        self.objects = [json.dumps(each) for each in objects]
        self.limits: list[int] = []
        self.slow = 0
        """A page of more characters than that takes too long; 0: none does."""
        self.refuses = False

    async def answer(self, request: web.Request) -> web.Response:
        at, limit = int(request.query.get("continue") or 0), int(request.query["limit"])
        end = at + limit
        metadata = {"resourceVersion": "7", "continue": str(end) if end < len(self.objects) else ""}
        items = ",".join(self.objects[at:end])
        self.limits.append(limit)
        if self.refuses:
            return web.json_response({"kind": "Status", "code": 503}, status=503)
        if self.slow and len(items) > self.slow:
            await asyncio.sleep(60.0)
        return web.Response(text=f'{{"metadata":{json.dumps(metadata)},"items":[{items}]}}')


@pytest.fixture
async def connect() -> AsyncIterator[Callable[[Lister], Awaitable[Connection]]]:
    """A connection to such a server."""
    opened: list[Any] = []

    async def start(lister: Lister) -> Connection:
        application = web.Application()
        application.router.add_get("/users", lister.answer)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        configuration = Configuration(host=f"http://127.0.0.1:{runner.addresses[0][1]}")

        async def load() -> Configuration:
            return configuration

        connection = Connection(load)
        opened.extend((connection.close, runner.cleanup))
        return connection

    yield start
    for close in opened:
        await close()


SMALL = [{"metadata": {"name": f"a-{number:04}"}} for number in range(600)]
HEAVY = [{"metadata": {"name": f"b-{number:04}", "x": "x" * 1_000_000}} for number in range(20)]
"""Who may write objects of one namespace chooses their order: small ones first, and then the heaviest."""


@pytest.mark.parametrize("slow", [0, 5_000_000])
async def test_a_page_that_turns_out_heavy_is_not_read_whole(
    connect: Callable[[Lister], Awaitable[Connection]], monkeypatch: pytest.MonkeyPatch, slow: int
) -> None:
    monkeypatch.setattr(listing, "SECONDS", 3.0 if slow else 60.0)
    lister = Lister(*SMALL, *HEAVY, *SMALL)
    lister.slow = slow
    connection = await connect(lister)
    weights, names = [], []
    async for page in pages(connection, "/users", FullPage, "application/json"):
        weights.append(page.weight())
        names += [each["metadata"]["name"] for each in page.objects()]
    assert names == [each["metadata"]["name"] for each in (*SMALL, *HEAVY, *SMALL)]
    assert max(weights) <= MOST_BYTES
    assert len(lister.limits) < 100


async def test_a_server_that_refuses_is_not_asked_again_at_once(
    connect: Callable[[Lister], Awaitable[Connection]],
) -> None:
    lister = Lister(*SMALL)
    lister.refuses = True
    connection = await connect(lister)
    with pytest.raises(ClusterUnavailableError):
        await anext(pages(connection, "/users", FullPage, "application/json"))
    assert lister.limits == [FIRST_PAGE_SIZE]


async def test_plain_objects_come_in_large_pages(connect: Callable[[Lister], Awaitable[Connection]]) -> None:
    lister = Lister(*SMALL, *SMALL)
    connection = await connect(lister)
    async for page in pages(connection, "/users", FullPage, "application/json"):
        assert page.items
    assert lister.limits == [FIRST_PAGE_SIZE, 160, PAGE_SIZE, PAGE_SIZE, PAGE_SIZE]
