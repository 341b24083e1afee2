"""An event loop whose time jumps to the next thing that is due: hours pass in milliseconds, in a fixed order."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

EPOCH = 1_800_000_000.0


class _JumpingSelector(selectors.SelectSelector):
    """Instead of waiting, tells the loop to move its clock."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if not events and timeout is None:
            raise RuntimeError("nothing will ever happen again: no task is ready and no timer is set")
        if not events and timeout:
            self.loop.pass_time(timeout)
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """Starts at the given second."""

    def __init__(self, start: float = 0.0) -> None:
        self._virtual_now = start
        selector = _JumpingSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self._virtual_now

    def pass_time(self, seconds: float) -> None:
        self._virtual_now += seconds


class LoopClock:
    """The clock of the running virtual loop; wall clock time begins at EPOCH."""

    def now(self) -> float:
        return EPOCH + asyncio.get_running_loop().time()

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


def run(main: Coroutine[Any, Any, T], start: float = 0.0) -> T:
    """Run to the end, with what is still going on cancelled then."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(start)) as runner:
        try:
            return runner.run(main)
        finally:
            # What is cancelled gives its turn back, which begins the next one's pass, maybe only when the loop has
            # turned once more: until nobody is left.
            loop = runner.get_loop()
            while tasks := asyncio.all_tasks(loop):
                for task in tasks:
                    task.cancel()
                loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
                loop.run_until_complete(asyncio.sleep(0))
