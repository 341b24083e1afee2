"""Not sending what has become late: a last look at the clock, right before a request gets its connection.

Between deciding on a call and sending it, the process may have been stopped for minutes, threads may have been busy,
and credentials may have been fetched. For a call that others will soon take for ended, that is too late.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from connect_operator.engine.ports import Clock

_thread = threading.local()


class TooLateError(Exception):
    """The request was not sent."""


@contextmanager
def until(limit: float | None) -> Iterator[None]:
    """What this thread sends meanwhile is sent by then (monotonic seconds), or TooLateError is raised."""
    _thread.limit = limit
    try:
        yield
    finally:
        _thread.limit = None


def require(client: Any, clock: Clock) -> None:  # noqa: ANN401 - botocore's clients are made at run time
    """Have the client heed that."""

    def check(**_: object) -> None:
        limit = getattr(_thread, "limit", None)
        if limit is not None and clock.monotonic() > limit:
            raise TooLateError

    client.meta.events.register_last("before-send.connect", check)
