"""The lanes: how many calls can be under way at a time, and that no single endpoint has all of them.

An endpoint that swallows its calls keeps each for a time-out. The last quarter of the lanes is for those who have none:
so they go on, one call at a time, however much is under way to others.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Hashable


class Lanes:
    """So many lanes. Their owners are what can swallow calls: an account's endpoint in a region."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._reserve = count // 4
        self._held: Counter[Hashable] = Counter()
        self._freed = asyncio.Event()

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
        self._freed.set()

    async def wait(self) -> None:
        """Wait until one more is free."""
        self._freed.clear()
        await self._freed.wait()
