"""A server's door: so many connections at a time, each for one request and a few seconds.

The ports for health and metrics are open to whoever reaches the pod. Connections that nobody uses would take the
process's file descriptors, until it can open none for its own work and answers no probe. Over the limit the oldest one
goes: whoever has just come, as a probe has, sends its request at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

MOST_CONNECTIONS = 64
LONGEST_CONNECTION = 10.0
"""Seconds. The kubelet waits for 5, Prometheus for 10 by default."""


class Door:
    """A protocol factory around another one, for loop.create_server."""

    def __init__(
        self,
        make: Callable[[], asyncio.BaseProtocol],
        *,
        most: int = MOST_CONNECTIONS,
        longest: float = LONGEST_CONNECTION,
    ) -> None:
        self._make = make
        self._most = most
        self._longest = longest
        self._guests: dict[_Guest, None] = {}  # in the order of their coming

    def __call__(self) -> asyncio.Protocol:
        """The protocol of a new connection."""
        return _Guest(self, cast("asyncio.Protocol", self._make()))

    def enter(self, guest: _Guest) -> asyncio.TimerHandle:
        """A connection has come; returns the timer that ends it."""
        self._guests[guest] = None
        if len(self._guests) > self._most:
            next(iter(self._guests)).show_out()
        return asyncio.get_running_loop().call_later(self._longest, guest.show_out)

    def leave(self, guest: _Guest) -> None:
        """It has gone, or is to go."""
        self._guests.pop(guest, None)


class _Guest(asyncio.Protocol):
    """One connection: hands everything on."""

    def __init__(self, door: Door, inner: asyncio.Protocol) -> None:
        self._door = door
        self._inner = inner
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def show_out(self) -> None:
        """End the connection now."""
        self._door.leave(self)
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._inner.connection_made(transport)
        self._timer = self._door.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._door.leave(self)
        self._inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()
