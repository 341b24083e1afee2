"""A quota in virtual time, and waiters that note when they had their turn."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from connect_operator.engine.pace.quota import Operation, Priority, Quota

from .virtual_time import LoopClock, run

CREATE = Operation("123456789012", "us-east-1", "CreateUser")
DELETE = CREATE._replace(name="DeleteUser")


def in_virtual_time(test: Callable[[Quota], Awaitable[None]]) -> None:
    async def main() -> None:
        await test(Quota(LoopClock(), random.Random(1)))  # noqa: S311 - spreads pauses, guards nothing

    run(main())


def now() -> float:
    return asyncio.get_running_loop().time()


def drain(quota: Quota, operation: Operation = CREATE) -> None:
    while quota.try_take(operation):
        pass


class Line:
    """Waiters that note in which order and when they had their turn."""

    def __init__(self, quota: Quota, operation: Operation = CREATE) -> None:
        self.quota = quota
        self.operation = operation
        self.order: list[str] = []
        self.times: list[float] = []

    def join(self, name: str, priority: Priority, since: float | None = None) -> None:
        def grant() -> None:
            self.order.append(name)
            self.times.append(now())

        self.quota.enqueue(self.operation, priority, grant, since=since)
