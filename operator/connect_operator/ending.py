"""The last resort at the end of the process: it ends in time, whatever hangs.

An orderly end waits for tasks, for threads and for the interpreter's own list of threads, each of which may never come
back. A watcher of its own sees to it that none of them is waited for longer than the kubelet would.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)

END_WITHIN = 27.0
"""Seconds from the signal. Kubernetes kills after 30 by default, without a word in the log."""

EXIT_CODE = 1


class Ending:
    """Ends the process hard, `within` seconds after it was first armed, unless it has ended by then."""

    def __init__(self, within: float = END_WITHIN, end: Callable[[int], object] = os._exit) -> None:
        self._within = within
        self._end = end
        self._armed = threading.Event()

    def arm(self) -> None:
        """The process is to end from now on."""
        if self._armed.is_set():
            return
        self._armed.set()
        timer = threading.Timer(self._within, self._force)
        timer.daemon = True  # else the interpreter would wait for it
        timer.start()

    def _force(self) -> None:
        hanging = ", ".join(sorted(thread.name for thread in threading.enumerate() if not thread.daemon))
        logger.error("not ended %g s after it should have; it ends now, without waiting for %s", self._within, hanging)
        for handler in logging.getLogger().handlers:
            handler.flush()
        self._end(EXIT_CODE)
