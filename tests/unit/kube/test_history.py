"""Whether the API server's history goes on from where it was, over HTTP to a server that says what it is told to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from kubernetes.aio.client import Configuration

from connect_operator.domain.kinds.objects import ObjectKey, Version
from connect_operator.domain.kinds.registry import CONNECT_USER
from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.comparison import HistoryLostError
from connect_operator.kube.connection import Connection
from connect_operator.kube.history import PATIENCE_SECONDS, History
from connect_operator.kube.kinds import Listing

KEY = ObjectKey("team-a", "jdoe")


class Server:
    """An API server at some version; None: it does not answer."""

    def __init__(self) -> None:
        self.version: str | None = "100"
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        if self.version is None:
            return web.Response(status=503)
        assert dict(request.query) == {"limit": "1"}, "not of an older version than etcd's, and small"
        return web.json_response({"metadata": {"resourceVersion": self.version}, "items": None})


class World:
    """The history of one kind, and what is known of it."""

    def __init__(self, connection: Connection, server: Server) -> None:
        self.server = server
        self.controller = Told()
        self.now = 0.0
        listing = Listing(CONNECT_USER, ("/users",), self.controller)
        self.history = History(connection, (listing,), lambda: self.now)

    @property
    def known(self) -> dict[ObjectKey, Version]:
        return self.controller.objects

    @property
    def gone(self) -> dict[ObjectKey, str]:
        return self.controller.graves


class Told:
    """A controller that knows what a test says."""

    def __init__(self) -> None:
        self.objects: dict[ObjectKey, Version] = {}
        self.graves: dict[ObjectKey, str] = {}

    def changed(self, subject: Any) -> None:  # noqa: ANN401 - an object of any kind
        raise AssertionError(f"nothing is delivered here: {subject}")

    def gone(self, key: ObjectKey, uid: str, version: str = "") -> None:
        raise AssertionError(f"nothing is gone here: {key} {uid} {version}")

    def known(self) -> dict[ObjectKey, Version]:
        return self.objects

    def buried(self) -> dict[ObjectKey, str]:
        return self.graves


@pytest.fixture
async def world() -> AsyncIterator[World]:
    server, application = Server(), web.Application()
    application.router.add_get("/users", server.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    async def load() -> Configuration:
        configuration = Configuration()
        configuration.host = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return configuration

    connection = Connection(load)
    yield World(connection, server)
    await connection.close()
    await runner.cleanup()


async def test_a_history_that_goes_on(world: World) -> None:
    world.known[KEY] = Version("u", "100")
    assert await world.history.check()
    world.server.version = "250"
    assert await world.history.check()
    assert not world.history.doubted


@pytest.mark.parametrize("by", ["a list before", "an object", "an object that is gone"])
async def test_one_that_stays_back_is_another(world: World, by: str) -> None:
    if by == "a list before":
        world.server.version = "250"
        assert await world.history.check()
    elif by == "an object":
        world.known[KEY] = Version("u", "250")
    else:
        world.gone[KEY] = "250"
    world.server.version = "100"
    while world.now < PATIENCE_SECONDS:
        assert not await world.history.check()
        assert world.history.doubted
        world.now += 15.0
    with pytest.raises(HistoryLostError, match="at version 100, after they had been at 250: its etcd was restored"):
        await world.history.check()


async def test_one_that_lags_for_a_while_ends_nothing(world: World) -> None:
    world.known[KEY] = Version("u", "250")
    for _ in range(20):
        assert not await world.history.check()
        world.now += PATIENCE_SECONDS - 1.0
        world.server.version = "250"
        assert await world.history.check()
        assert not world.history.doubted
        world.server.version = "100"


async def test_an_outage_settles_no_doubt(world: World) -> None:
    world.known[KEY] = Version("u", "250")
    assert not await world.history.check()
    world.server.version = None
    with pytest.raises(ClusterUnavailableError):
        await world.history.check()
    assert world.history.doubted


async def test_versions_that_are_no_numbers_prove_nothing(world: World) -> None:
    world.known[KEY] = Version("u", "250")
    world.server.version = "abc"
    assert await world.history.check()
