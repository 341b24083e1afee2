"""Putting right what somebody else has changed, and not as fast as one who keeps changing it.

It may be a person, a tool, or another process of this very operator that sees things in its own way: two of them must
not overwrite each other as fast as they can.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable

from connect_operator.engine.pace.growth import doubled

_AT_ONCE = 2
_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 150.0
_FORGOTTEN = 900.0
_REMEMBERED = 10_000


class Contests:
    """Remembers what was changed how often of late; one for all objects of a kind."""

    def __init__(self) -> None:
        self._changes: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()
        self._pending: set[Hashable] = set()

    def put_right(self, subject: Hashable, action: Callable[[], None]) -> None:
        """Do that now, or, where it had to be done before, after a growing pause; once for all changes until then."""
        if subject in self._pending:
            return
        loop = asyncio.get_running_loop()
        count, last = self._changes.pop(subject, (0, float("-inf")))
        if loop.time() - last > _FORGOTTEN:
            count = 0
        pause = 0.0 if count < _AT_ONCE else doubled(_FIRST_PAUSE, count - _AT_ONCE, _LONGEST_PAUSE)
        self._changes[subject] = (count + 1, loop.time() + pause)
        if len(self._changes) > _REMEMBERED:
            self._changes.popitem(last=False)

        def act() -> None:
            self._pending.discard(subject)
            action()

        self._pending.add(subject)
        loop.call_later(pause, act)
