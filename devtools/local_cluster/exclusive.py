"""One process at a time, by a lock on a file; the system releases it however its holder ends."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_SECONDS_BETWEEN_ATTEMPTS = 0.5


def _nothing() -> None:
    return


@contextmanager
def exclusive(lock_file: Path, while_waiting: Callable[[], None] = _nothing) -> Iterator[int]:
    """Hold the lock and yield its descriptor; ``while_waiting`` is called about twice a second until it is ours.

    A child that inherits the descriptor keeps the lock for as long as it lives, even when its parent is killed.
    The file stays: removing it would let two processes lock two different files of the same name.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        while not _acquired(descriptor):
            while_waiting()
            time.sleep(_SECONDS_BETWEEN_ATTEMPTS)
        yield descriptor
    finally:
        os.close(descriptor)


def _acquired(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
