"""Who may connect: loopback only, unless remote access was asked for.

A page in a browser on the same machine could reach a loopback port through DNS rebinding, or simply by posting to it;
so the Host header must name loopback, and an Origin header, if there is one, too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address, without a port, is this machine's loopback."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host_of(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _origin_host(origin: str) -> str:
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:
        return ""


@web.middleware
async def loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse with 403 whatever does not come from, and is not addressed to, loopback."""
    peer = request.transport.get_extra_info("peername") if request.transport else None
    origin = request.headers.get("Origin")
    if (
        peer is None
        or not is_loopback(peer[0])
        or not is_loopback(_host_of(request.headers.get("Host", "")))
        or (origin is not None and not is_loopback(_origin_host(origin)))
    ):
        return web.json_response(
            {"__type": "AccessDeniedException", "Message": "This simulator serves loopback only (--allow-remote)."},
            status=403,
        )
    return await handler(request)
