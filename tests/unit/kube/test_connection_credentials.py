"""Credentials over real HTTP: refused, renewed, or not to be read at this moment."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path

import pytest
from aiohttp import web

from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.connection import Connection, Request
from connect_operator.kube.credentials import NoClusterError, load_configuration, loader

from .misbehaving import Serve, connection_to, kubeconfig


async def test_refused_credentials_are_renewed_once_for_all(tmp_path: Path, serve: Serve) -> None:
    """An exec plugin gives a new token each time; the server takes only the second."""
    calls, counter = [0], tmp_path / "count"
    api_version = "client.authentication.k8s.io/v1"
    answer_file, plugin = tmp_path / "answer", tmp_path / "plugin"
    credential = {"apiVersion": api_version, "kind": "ExecCredential", "status": {"token": "tNUMBER"}}
    answer_file.write_text(json.dumps(credential), encoding="utf-8")
    plugin.write_text(
        f"#!/bin/sh\necho x >> {counter}\nsed s/NUMBER/$(wc -l < {counter})/ {answer_file}\n", encoding="utf-8"
    )
    plugin.chmod(plugin.stat().st_mode | stat.S_IXUSR)

    async def answer(request: web.Request) -> web.Response:
        calls[0] += 1
        good = request.headers.get("Authorization") == "Bearer t2"
        return web.json_response({}, status=200 if good else 401)

    user = {"exec": {"apiVersion": api_version, "command": str(plugin), "interactiveMode": "Never"}}
    connection = connection_to(tmp_path, await serve(answer), user)
    await asyncio.gather(*(connection.request(Request("GET", "/version")) for _ in range(5)))
    assert counter.read_text(encoding="utf-8").count("x") == 2
    await connection.close()


@pytest.mark.parametrize("broken", ["the configuration", "the token's program"])
async def test_credentials_that_cannot_be_read_at_this_moment_are_an_outage(
    tmp_path: Path, serve: Serve, broken: str
) -> None:
    refuses = [False]

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({}, status=401 if refuses[0] else 200)

    url = await serve(answer)
    good = loader({"KUBECONFIG": str(kubeconfig(tmp_path, url, {"token": "t"}))})
    fails = [False]

    async def load() -> object:
        if fails[0] and broken == "the configuration":
            raise NoClusterError("the file is being replaced")
        configuration = await good()

        async def refresh(_configuration: object) -> None:
            await asyncio.sleep(0)
            if fails[0]:
                raise KeyError("status")

        configuration.refresh_api_key_hook = refresh
        return configuration

    connection = Connection(load)
    await connection.request(Request("GET", "/version"))
    fails[0], refuses[0] = True, True
    with pytest.raises(ClusterUnavailableError, match="no fresh credentials"):
        await connection.request(Request("GET", "/version"))
    fails[0], refuses[0] = False, False
    await connection.request(Request("GET", "/version"))
    await connection.close()


@pytest.mark.parametrize("content", [None, "", "not: [yaml", "apiVersion: v1\nkind: Config\n"])
async def test_an_unusable_kubeconfig_says_what_to_do(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "kubeconfig"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(NoClusterError, match="set KUBECONFIG"):
        await load_configuration({"KUBECONFIG": str(file)})
