"""Leave to send: a last look, right before a request gets its connection, whether it may still go out.

Between deciding on a call and sending it, the process may have been stopped for minutes, threads may have been busy,
and credentials may have been fetched. A call that others will soon take for ended is too late then; one that its caller
has given up must never go out. So of a call that was given up it is certain whether it may have been carried out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from connect_operator.engine.ports import Clock

_thread = threading.local()


class TooLateError(Exception):
    """The request was not sent."""


class Leave:
    """Leave to send the requests of one call, until `limit` (monotonic seconds), if any, or until it is withdrawn."""

    def __init__(self, limit: float | None = None) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._withdrawn = False
        self._sent = False

    def take(self, now: float) -> None:
        """Raise TooLateError, or note that a request goes out."""
        with self._lock:
            if self._withdrawn or (self._limit is not None and now > self._limit):
                raise TooLateError
            self._sent = True

    def withdraw(self) -> bool:
        """Have nothing sent from now on; tells whether something was."""
        with self._lock:
            self._withdrawn = True
            return self._sent


@contextmanager
def under(leave: Leave) -> Iterator[None]:
    """What this thread sends meanwhile needs that leave."""
    _thread.leave = leave
    try:
        yield
    finally:
        _thread.leave = None


def require(client: Any, clock: Clock, may_send: Callable[[], bool]) -> None:  # noqa: ANN401 - made at run time
    """Have the client heed that, and send nothing without `may_send`: another process may lead by now."""

    def check(**_: object) -> None:
        if not may_send():
            raise TooLateError
        leave: Leave | None = getattr(_thread, "leave", None)
        if leave is not None:
            leave.take(clock.monotonic())

    client.meta.events.register_last("before-send.connect", check)
