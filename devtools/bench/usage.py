"""What a process costs: its peak memory and its CPU time."""

from __future__ import annotations

import threading
from typing import Self

import psutil  # type: ignore[import-untyped] # it ships no annotations

_SECONDS_BETWEEN_LOOKS = 0.05
_MEBIBYTE = 1024 * 1024


class UsageMeter:
    """Watches one process while the block runs. What the process used before counts for its CPU time as well."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="usage meter", daemon=True)
        self._peak = 0
        self._cpu = 0.0
        self._present = 0

    @property
    def peak_mebibytes(self) -> float:
        """The largest resident memory that was seen."""
        return self._peak / _MEBIBYTE

    @property
    def mebibytes(self) -> float:
        """The resident memory at the last look."""
        return self._present / _MEBIBYTE

    @property
    def cpu_seconds(self) -> float:
        """User and system time of the process since its start."""
        return self._cpu

    def __enter__(self) -> Self:
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._ended.wait(_SECONDS_BETWEEN_LOOKS):
            self._look()

    def _look(self) -> None:
        try:
            with self._process.oneshot():
                self._present = self._process.memory_info().rss
                self._peak = max(self._peak, self._present)
                times = self._process.cpu_times()
                self._cpu = times.user + times.system
        except psutil.NoSuchProcess:
            return
