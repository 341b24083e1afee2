"""Closes the streams of events that kopf leaves open when it is cancelled between two events.

kopf reads a stream with `async for`, which does not close it when the loop around it is left. Whoever ends the event
loop then closes every async generator at once, the stream and the block inside it too, and the one of both that comes
second fails: an error in the log of a process that was only told to stop. So a stream is closed here, from the outside
in, while the event loop still runs.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from types import AsyncGeneratorType
from typing import Any, cast

import kopf

_WATCHING = str(Path(str(kopf.__file__)).parent / "_cogs" / "clients" / "watching.py")
_OUTERMOST = "infinite_watch"


class WatchStreams:
    """kopf's streams that were begun in this event loop: one for each kind and namespace, which end with the watch."""

    def __init__(self) -> None:
        self._open: list[AsyncGeneratorType[Any, None]] = []

    def follow(self) -> None:
        """Take note of each stream that begins from now on; asyncio still learns of it, as of any async generator."""
        told = sys.get_asyncgen_hooks().firstiter

        def began(generator: AsyncGenerator[Any, None]) -> None:
            if told is not None:
                told(generator)
            stream = cast("AsyncGeneratorType[Any, None]", generator)
            code = stream.ag_code
            if code.co_name == _OUTERMOST and code.co_filename == _WATCHING:
                self._open = [*(each for each in self._open if each.ag_frame is not None), stream]

        sys.set_asyncgen_hooks(firstiter=began)

    async def close(self) -> None:
        """Close those that are still open; kopf's tasks must have ended."""
        while self._open:
            stream = self._open.pop()
            with contextlib.suppress(RuntimeError):  # a task that did not end still reads from it
                await stream.aclose()
