"""Sending a finished answer in strange ways: half of it, or byte by byte. Faults of the kinds SENDING ask for it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from connect_sim.server.faults import Fault

_DRIP_SECONDS = 1.0


async def send_strangely(request: web.Request, written: web.Response, fault: Fault) -> web.StreamResponse:
    """Send the answer as the fault asks. The head is sent whole, with the length of the whole body."""
    body = written.body if isinstance(written.body, bytes) else b""
    response = web.StreamResponse(status=written.status, headers=written.headers)
    response.content_length = len(body)
    response.force_close()
    await response.prepare(request)
    # A client that has gone is no mistake: it was not willing to wait.
    with contextlib.suppress(ConnectionError):
        if fault.spec.kind == "half-body":
            await _half(request, response, body)
        else:
            await _drip(response, body, fault)
    return response


async def _half(request: web.Request, response: web.StreamResponse, body: bytes) -> None:
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()


async def _drip(response: web.StreamResponse, body: bytes, fault: Fault) -> None:
    """Send byte by byte; the rest at once when the fault is released or removed."""
    pause = fault.spec.seconds or _DRIP_SECONDS
    fault.waiting += 1
    try:
        for position in range(len(body)):
            if fault.released.is_set():
                await response.write(body[position:])
                break
            await response.write(body[position : position + 1])
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(fault.released.wait(), pause)
    finally:
        fault.waiting -= 1
    await response.write_eof()
