"""kopf's HTTP session: our credentials, and a sign of life for each watch request that the API server answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace

import aiohttp
import kopf
from kubernetes.aio.client import ApiClient

from connect_operator.kube.credentials import load_configuration


async def open_session(environ: Mapping[str, str], heartbeat: Callable[[str], None]) -> kopf.AiohttpSession:
    """A new session with fresh credentials; kopf asks for one at start and after each 401, and closes it itself.

    `heartbeat` is called with the plural of the kind whenever a watch of it is begun or resumed.
    """
    configuration = await load_configuration(environ)
    authorization = await configuration.get_api_key_with_prefix("BearerToken")
    # The client library turns the configuration into a TLS context; its session is never opened.
    tls = ApiClient(configuration).rest_client.ssl_context
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ssl=tls),
        headers={"Authorization": authorization} if authorization else None,
        proxy=configuration.proxy,
        trust_env=True,  # as the API client does: HTTPS_PROXY, NO_PROXY
        trace_configs=[_tracing(heartbeat)],
    )
    return kopf.AiohttpSession(server=configuration.host, aiohttp_session=session)


def _tracing(heartbeat: Callable[[str], None]) -> aiohttp.TraceConfig:
    async def answered(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        if end.response.status == 200 and end.url.query.get("watch") == "true":  # noqa: PLR2004 - HTTP OK
            heartbeat(end.url.name)

    tracing = aiohttp.TraceConfig()
    tracing.on_request_end.append(answered)
    return tracing
