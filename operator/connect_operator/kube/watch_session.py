"""kopf's HTTP sessions: fresh credentials with each request, and a sign of life for each watch that is answered.

kopf replaces a session whose credentials were refused, and other requests on it then fail in ways that end the process.
So a session here never lets its token grow old; kopf sees a 401 only if fresh credentials are refused.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import aiohttp
import kopf
from kubernetes.aio.client import ApiClient

from connect_operator.kube.credentials import LoadConfiguration, NoClusterError
from connect_operator.kube.judges import Relists

_LOGINS = 3
_LOGIN_PERIOD = 60.0
_LOAD_AGAIN = (1.0, 2.0, 4.0, 8.0)
"""Pauses, in seconds, in which a configuration that cannot be read may become readable."""


class CredentialsRefusedError(Exception):
    """The API server does not accept who we say we are."""


class Sessions:
    """Opens sessions for kopf, which asks for one at start and after each 401; closes those that kopf leaves open."""

    def __init__(self, load: LoadConfiguration, heartbeat: Callable[[str], None], relists: Relists) -> None:
        """`heartbeat` is called with the plural of the kind whenever a watch of it is begun or resumed."""
        self._load = load
        self._heartbeat = heartbeat
        self._relists = relists
        self._opened: deque[float] = deque(maxlen=_LOGINS)
        self._sessions: list[aiohttp.ClientSession] = []
        self.failure: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        """Done when no session could be opened, with the reason; kopf logs it, and then waits for ever."""

    async def open(self) -> kopf.AiohttpSession:
        """A new session. Raises NoClusterError; CredentialsRefusedError when kopf keeps coming back."""
        try:
            self._count()
            configuration = await self._load_patiently()
        except Exception as error:
            if not self.failure.done():
                self.failure.set_result(error)
            raise
        # The client library turns the configuration into a TLS context; its session is never opened.
        tls = ApiClient(configuration).rest_client.ssl_context
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=tls),
            proxy=configuration.proxy,
            trust_env=True,  # as the API client does: HTTPS_PROXY, NO_PROXY
            middlewares=(_authentication(configuration),),
            trace_configs=[_tracing(self._heartbeat, self._relists)],
        )
        self._sessions = [*(each for each in self._sessions if not each.closed), session]
        return kopf.AiohttpSession(server=configuration.host, aiohttp_session=session)

    async def close(self) -> None:
        """Close what kopf has not closed: when it is cancelled early, it closes none."""
        for session in self._sessions:
            await session.close()

    async def _load_patiently(self) -> Any:  # noqa: ANN401 - the library is untyped
        """What cannot be read now (a file is being replaced, a program fails) may be readable at the next attempt."""
        for pause in _LOAD_AGAIN:
            try:
                return await self._load()
            except NoClusterError:
                await asyncio.sleep(pause)
        return await self._load()

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._opened) == _LOGINS and now - self._opened[0] < _LOGIN_PERIOD:
            raise CredentialsRefusedError(
                "the API server refuses the operator's credentials (401); "
                "check the kubeconfig or the service account's token"
            )
        self._opened.append(now)


def _authentication(configuration: Any) -> aiohttp.ClientMiddlewareType:  # noqa: ANN401 - the library is untyped
    async def authenticate(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        # Reads a service account's token again every minute, and runs an exec plugin again before its token expires.
        try:
            authorization = await configuration.get_api_key_with_prefix("BearerToken")
        except Exception as error:
            # As if there were no connection: kopf tries such requests again, and would end at anything else.
            raise aiohttp.ClientConnectionError(f"no fresh credentials: {error}") from error
        if authorization:
            request.headers["Authorization"] = authorization
        return await handler(request)

    return authenticate


def _tracing(heartbeat: Callable[[str], None], relists: Relists) -> aiohttp.TraceConfig:
    async def answered(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        if end.response.status != 200:  # noqa: PLR2004 - HTTP OK
            return
        if end.url.query.get("watch") == "true":
            heartbeat(end.url.name)
            relists.watching(end.url.path)
        elif "limit" in end.url.query:
            relists.listed(end.url.path)

    tracing = aiohttp.TraceConfig()
    tracing.on_request_end.append(answered)
    return tracing
