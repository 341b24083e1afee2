"""The lanes: how many calls can be under way at a time, and that no single endpoint has all of them.

An endpoint that swallows its calls keeps each for a time-out. The last quarter of the lanes is for those who have none:
so they go on, one call at a time, however much is under way to others.

Who waits stands in a queue of its own kind of call. A lane that becomes free wakes the first of each: waking all, to
let one go, took longer than the calls themselves where a thousand waited.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Hashable


class Lanes:
    """So many lanes. Their owners are what can swallow calls: an account's endpoint in a region."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._reserve = count // 4
        self._held: Counter[Hashable] = Counter()
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    def take(self, owner: Hashable) -> bool:
        """Take a lane, if there is one for that owner."""
        if self._free <= (self._reserve if self._held[owner] else 0):
            return False
        self._free -= 1
        self._held[owner] += 1
        return True

    def give_back(self, owner: Hashable) -> None:
        """The call is over."""
        self._free += 1
        self._held[owner] -= 1
        if not self._held[owner]:
            del self._held[owner]
        for queue in tuple(self._waiting):
            self.wake(queue)

    def wake(self, queue: Hashable) -> None:
        """Let the first of that queue try; also where one that was woken does not try after all."""
        waiting = self._waiting.get(queue, deque())
        while waiting:
            first = waiting.popleft()
            if not first.done():
                first.set_result(None)
                break
        if not waiting:
            self._waiting.pop(queue, None)

    async def wait(self, queue: Hashable, *, again: bool = False) -> None:
        """Wait in that queue until there may be a lane; `again`: at its head, for it was woken in vain."""
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(queue, deque())
        if again:
            waiting.appendleft(place)
        else:
            waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.wake(queue)
            raise
