"""Which answer raises what, over real HTTP to a server that misbehaves as told."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from aiohttp import web

from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.connection import (
    ConflictError,
    Connection,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    Request,
    checked_name,
)
from connect_operator.kube.credentials import loader

from .misbehaving import Serve, connection_to, kubeconfig

STATUS = '{"kind":"Status","message":"no"}'
NOT_FOUND = '{"kind":"Status","reason":"NotFound","message":"no"}'
BODIES = [STATUS, "<html>a proxy says no</html>", "404 page not found\n", ""]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (401, ClusterUnavailableError),
        (403, ForbiddenError),
        (403, PermissionError),
        (408, ClusterUnavailableError),
        (409, ConflictError),
        (422, InvalidRequestError),
        (429, ClusterUnavailableError),
        (500, ClusterUnavailableError),
        (503, ClusterUnavailableError),
    ],
)
@pytest.mark.parametrize("body", BODIES)
async def test_answers(tmp_path: Path, serve: Serve, code: int, expected: type[Exception], body: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=code, text=body)

    connection = connection_to(tmp_path, await serve(answer))
    with pytest.raises(expected, match=f"PATCH /version: {code}"):
        await connection.request(Request("PATCH", "/version", body=[]))
    await connection.close()


@pytest.mark.parametrize(
    ("method", "code"),
    [
        *(("PATCH", code) for code in (400, 402, 404, 405, 407, 410, 412, 413, 415, 421, 451, 304)),
        *(("GET", code) for code in (400, 402, 404, 405, 406, 407, 409, 410, 412, 422, 451, 304)),
    ],
)
@pytest.mark.parametrize("body", BODIES)
async def test_an_answer_that_is_no_word_about_the_object_passes(
    tmp_path: Path, serve: Serve, method: str, code: int, body: str
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=code, text=body)

    connection = connection_to(tmp_path, await serve(answer))
    with pytest.raises(ClusterUnavailableError, match=f"{method} /version: {code}") as caught:
        await connection.request(Request(method, "/version"))
    assert not isinstance(caught.value, (PermissionError, NotFoundError, ConflictError, InvalidRequestError))
    await connection.close()


async def test_only_the_api_servers_own_words_prove_that_an_object_is_gone(tmp_path: Path, serve: Serve) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=404, text=NOT_FOUND)

    connection = connection_to(tmp_path, await serve(answer))
    with pytest.raises(NotFoundError):
        await connection.request(Request("GET", "/version"))
    await connection.close()


@pytest.mark.parametrize("body", ["<html>log in first</html>", "", "ok", '{"kind":', "[]"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_a_success_that_is_none(tmp_path: Path, serve: Serve, method: str, body: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=body)

    connection = connection_to(tmp_path, await serve(answer))
    with pytest.raises(ClusterUnavailableError, match=f"{method} /version: 200 without an object"):
        await connection.request(Request(method, "/version"))
    await connection.close()


@pytest.mark.parametrize(
    ("server", "excepted", "reason"),
    [
        ("http://api.example.com", "", "the proxy of the environment is used"),
        (None, "127.0.0.1", "what NO_PROXY names is reached directly"),
    ],
)
async def test_proxies_of_the_environment(
    tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch, server: str | None, excepted: str, reason: str
) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"asked": str(request.url), "as": request.headers.get("Authorization")})

    here = await serve(answer)
    for name in ("http_proxy", "HTTP_PROXY", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", here if server else "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", excepted)
    connection = connection_to(tmp_path, server or here)
    body = await connection.request(Request("GET", "/version", query={"continue": "a b+c/d="}))
    await connection.close()
    assert json.loads(body) == {"asked": f"{server or here}/version?continue=a+b%2Bc%2Fd%3D", "as": "Bearer t"}, reason


@pytest.mark.parametrize("code", [409, 422])
async def test_causes_tell_a_refused_object_from_a_failed_test(tmp_path: Path, serve: Serve, code: int) -> None:
    details = {"causes": [{"field": "status.userId", "message": "must be a string"}]}

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"message": "invalid", "details": details}, status=code)

    connection = connection_to(tmp_path, await serve(answer))
    with pytest.raises(InvalidRequestError) as caught:
        await connection.request(Request("PATCH", "/version"))
    assert caught.value.causes == ("status.userId: must be a string",)
    assert isinstance(caught.value, PermissionError), "somebody has to lift it: a schema or an admission policy"
    await connection.close()


async def test_no_answer_within_the_timeout(tmp_path: Path, serve: Serve) -> None:
    async def answer(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    connection = connection_to(tmp_path, await serve(answer))
    with pytest.raises(ClusterUnavailableError):
        await connection.request(Request("GET", "/version", timeout=0.1))
    await connection.close()


async def test_a_connection_that_breaks_is_not_used_for_a_second_try(tmp_path: Path, serve: Serve) -> None:
    calls: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        calls.append(request.method)
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    connection = connection_to(tmp_path, await serve(answer))
    with pytest.raises(ClusterUnavailableError):
        await connection.request(Request("PATCH", "/version", body=[]))
    assert calls == ["PATCH"]
    await connection.close()


async def test_nobody_listens(tmp_path: Path) -> None:
    observed: list[tuple[str, int]] = []
    file = kubeconfig(tmp_path, "http://127.0.0.1:1", {"token": "t"})
    connection = Connection(
        loader({"KUBECONFIG": str(file)}), observe=lambda method, code, _seconds: observed.append((method, code))
    )
    with pytest.raises(ClusterUnavailableError):
        await connection.request(Request("GET", "/version"))
    assert observed == [("GET", 0)]
    await connection.close()


async def test_a_server_that_refuses_is_asked_by_one_probe_at_a_time_and_recovers(tmp_path: Path, serve: Serve) -> None:
    calls, refuses = list[float](), [True]

    async def answer(_request: web.Request) -> web.Response:
        calls.append(asyncio.get_running_loop().time())
        headers = {"Retry-After": "1"} if refuses[0] else {}
        return web.json_response({}, status=429 if refuses[0] else 200, headers=headers)

    connection = connection_to(tmp_path, await serve(answer))
    request = Request("PATCH", "/version", body=[])
    first = await _refused(connection, request)
    assert first is not None
    assert (first.retry_after, first.spared) == (1.0, False)
    for _ in range(1000):
        error = await _refused(connection, request)
        assert error is not None
        assert error.spared
        assert 0 < (error.retry_after or 0) <= 1.25
    assert len(calls) == 1

    refuses[0] = False
    async with asyncio.timeout(60):
        for _ in range(10):
            if (error := await _refused(connection, request)) is None:
                break
            await asyncio.sleep(error.retry_after or 0.0)
    assert len(calls) == 2
    await connection.close()


async def _refused(connection: Connection, request: Request) -> ClusterUnavailableError | None:
    try:
        await connection.request(request)
    except ClusterUnavailableError as error:
        return error
    return None


@pytest.mark.parametrize("name", ["", "..", ".", "a/b", "a%2fb", "Upper", "-a", "a-", "a b", "a\n", "x" * 254])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        checked_name(name)
