"""HTTP to one API server with one configuration: what every request has in common is found out once.

The client library's own path asks for proxies and netrc with each request, on another thread, and walks through each
body before it is encoded: half the CPU of a request (measured).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import aiohttp
import msgspec
from aiohttp.helpers import get_env_proxy_for_url
from kubernetes.aio.client import ApiClient
from yarl import URL

_USER_AGENT = "connect-operator"


class HttpAnswer(NamedTuple):
    """Status, headers and body, as they came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Bounds(NamedTuple):
    """How long an answer may take, and of how many bytes at most it is read; None: of any number."""

    seconds: float
    most: int | None = None


class TooLongError(Exception):
    """The answer is longer than was asked for; the rest of it was not read."""


class HttpSession:
    """A pool of connections. Only within an event loop."""

    def __init__(self, configuration: Any, *, pool_size: int) -> None:  # noqa: ANN401 - the library is untyped
        """`configuration` comes from credentials.loader. The environment's proxies are those of this moment."""
        self.host = str(configuration.host)
        self._configuration = configuration
        # The client library turns the configuration into a TLS context; its session is never opened.
        tls = ApiClient(configuration).rest_client.ssl_context
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=pool_size, ssl=tls),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self._constant = _proxy(configuration)
        if configuration.tls_server_name:
            self._constant["server_hostname"] = configuration.tls_server_name

    async def close(self) -> None:
        """Close all connections; requests under way fail."""
        await self._session.close()

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: object,
        bounds: Bounds,
    ) -> HttpAnswer:
        """The whole answer. Raises aiohttp.ClientError, TimeoutError, OSError; TooLongError once it is too long."""
        address = f"{self.host}{path}?{urlencode(query)}" if query else self.host + path
        # Of what is compressed, a little more that arrives may be a thousand times as much when it is read.
        plainly = {} if bounds.most is None else {"Accept-Encoding": "identity"}
        async with self._session.request(
            method,
            URL(address, encoded=True),
            data=None if body is None else msgspec.json.encode(body),
            headers={"User-Agent": _USER_AGENT, **headers, **plainly, **await self._authorization()},
            timeout=aiohttp.ClientTimeout(total=bounds.seconds),
            **self._constant,
        ) as answer:
            return HttpAnswer(answer.status, answer.headers, await _body(answer, bounds.most))

    async def _authorization(self) -> dict[str, str]:
        if not self._configuration.api_key.keys() & {"BearerToken", "authorization"}:
            return {}  # a client certificate says who we are
        # Reads a service account's token again every minute, and runs an exec plugin again before its token expires.
        token = await self._configuration.get_api_key_with_prefix("BearerToken", alias="authorization")
        return {"Authorization": token} if token else {}


async def _body(answer: aiohttp.ClientResponse, most: int | None) -> bytes:
    if most is None:
        return await answer.read()
    read = bytearray()
    async for piece in answer.content.iter_any():
        read += piece
        if len(read) > most:
            _hang_up(answer)
            raise TooLongError
    return bytes(read)


def _hang_up(answer: aiohttp.ClientResponse) -> None:
    """Receive nothing more. A TLS connection that is only closed takes in what the other side has still to say."""
    if answer.connection is not None and answer.connection.transport is not None:
        answer.connection.transport.abort()


def _proxy(configuration: Any) -> dict[str, Any]:  # noqa: ANN401 - the library is untyped
    """The arguments that name the proxy: the configuration's, else that of HTTPS_PROXY where NO_PROXY allows it."""
    if configuration.proxy:
        named: dict[str, Any] = {"proxy": configuration.proxy}
        return named | ({"proxy_headers": configuration.proxy_headers} if configuration.proxy_headers else {})
    try:
        # The same look that aiohttp takes with trust_env, at its price, but once.
        proxy, authorization = get_env_proxy_for_url(URL(str(configuration.host)))
    except LookupError:
        return {}
    return {"proxy": proxy, "proxy_auth": authorization}
