"""Ending kopf inside an event loop that is not its own.

`kopf.run_tasks` would cancel every task of the loop, ours included; cancelling its root tasks leaves watchers running
when the root task that owns them has failed. So its tasks are told apart by where their code is.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection
from pathlib import Path
from typing import Any

import kopf

_log = logging.getLogger(__name__)

_ROUNDS = 10
_ROUND_SECONDS = 1.0
_SOURCES = str(Path(str(kopf.__file__)).parent)
_SCANNING = str(Path(_SOURCES, "_cogs", "clients", "scanning.py"))


def leave_out_told_errors() -> None:
    """Keep asyncio from telling the errors of kopf's guarded tasks, of which kopf has logged each when it happened.

    Of watchers that fail at the same moment kopf asks only the first for its error, and asyncio complains of the
    others, each with a traceback. Whatever else asyncio complains of in this event loop, it still tells.
    """
    loop = asyncio.get_running_loop()
    told = loop.get_exception_handler()

    def tell(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        task = context.get("future")
        if isinstance(task, asyncio.Task) and _is_guard(getattr(task.get_coro(), "cr_code", None)):
            return
        if told is None:
            loop.default_exception_handler(context)
        else:
            told(loop, context)

    loop.set_exception_handler(tell)


async def stop(tasks: Collection[asyncio.Task[Any]]) -> None:
    """End kopf's root tasks and what they have left behind; when this is cancelled itself, it still goes on."""
    # A look at what the API server serves leaves its requests behind, which would find their session closed.
    ending = {task for task in tasks if not task.done()} | _scans()
    for _ in range(_ROUNDS):
        if not ending:
            break
        for task in ending:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait(ending, timeout=_ROUND_SECONDS)
        # A watcher takes the end of the waiters that it has started for a pause and goes on, if it is cancelled at the
        # same time; so only what kopf guards is cancelled, which ends its own waiters.
        ending = {task for task in tasks if not task.done()} or _guarded_tasks() | _scans()
    if ending:
        _log.warning("kopf does not end: %s", ", ".join(task.get_name() for task in ending))
    for task in tasks:
        if task.done() and not task.cancelled():
            task.exception()  # seen, so asyncio need not complain; the caller reports the first


def _guarded_tasks() -> set[asyncio.Task[Any]]:
    """Kopf's long-running tasks, which all run inside its coroutine `guard`."""
    return {task for task in asyncio.all_tasks() if _is_guard(getattr(task.get_coro(), "cr_code", None))}


def _is_guard(code: Any) -> bool:  # noqa: ANN401 - a code object, or None
    return code is not None and code.co_name == "guard" and code.co_filename.startswith(_SOURCES)


def _scans() -> set[asyncio.Task[Any]]:
    """The requests by which kopf finds out which kinds there are."""
    return {task for task in asyncio.all_tasks() if _is_scan(getattr(task.get_coro(), "cr_code", None))}


def _is_scan(code: Any) -> bool:  # noqa: ANN401 - a code object, or None
    return code is not None and code.co_filename == _SCANNING
