"""What is to be looked at when a time of the wall clock has come, such as a user's last day.

The wall clock may be set and a machine may sleep, so the time is not left to one long timer: the clock is read at least
every LOOK seconds while anything is due at all.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.ports import Clock

LOOK = 20.0
# Less is no pause: what is left of a difference of two times may be smaller than the clock can tell.
_SHORTEST = 0.001
_FORGET_BEYOND = 64


@dataclass(slots=True)
class Calendar:
    """Wakes each object at its time; `wake` is the scheduler's."""

    clock: Clock
    wake: Callable[[ObjectKey], None] = lambda _key: None
    _times: dict[ObjectKey, float] = field(default_factory=dict)
    _heap: list[tuple[float, ObjectKey]] = field(default_factory=list)
    _timer: asyncio.TimerHandle | None = None

    def note(self, key: ObjectKey, when: float | None) -> None:
        """That object is to be woken at that time (epoch seconds), and at no other; None: at none."""
        if self._times.get(key) == when:
            return
        if when is None:
            del self._times[key]
            return
        self._times[key] = when
        heapq.heappush(self._heap, (when, key))
        self._tidy()
        self._set()

    def __len__(self) -> int:
        """How many times are kept, those that count no more included."""
        return len(self._heap)

    def _tidy(self) -> None:
        """Do not keep what is out of date for longer than what counts: somebody may move a far time in a loop."""
        if len(self._heap) > 2 * len(self._times) + _FORGET_BEYOND:
            self._heap = [(when, key) for key, when in self._times.items()]
            heapq.heapify(self._heap)

    def _set(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._heap and self._times.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)  # its object has another time now, or none
        if self._heap:
            wait = min(LOOK, max(_SHORTEST, self._heap[0][0] - self.clock.now()))
            self._timer = asyncio.get_running_loop().call_later(wait, self._look)

    def _look(self) -> None:
        now = self.clock.now()
        while self._heap and self._heap[0][0] <= now:
            when, key = heapq.heappop(self._heap)
            if self._times.get(key) == when:
                del self._times[key]
                self.wake(key)
        self._set()
