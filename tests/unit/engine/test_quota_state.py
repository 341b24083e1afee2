"""What the quota tells of its lines, for metrics."""

from __future__ import annotations

import asyncio
import random

from connect_operator.domain.kinds.spec import ApiRate
from connect_operator.engine.pace.quota import Operation, Priority, Quota

from .virtual_time import LoopClock, run

CREATE = Operation("123456789012", "us-east-1", "CreateUser")


def test_each_line_tells_its_tokens_its_rate_and_who_waits() -> None:
    async def main() -> None:
        quota = Quota(LoopClock(), random.Random(1))  # noqa: S311 - spreads pauses, guards nothing
        assert list(quota.lines()) == [], "nothing was ever called"
        while quota.try_take(CREATE):
            pass
        for priority in (Priority.BACKLOG, Priority.BACKLOG, Priority.EDIT):
            quota.enqueue(CREATE, priority, lambda: None, since=asyncio.get_running_loop().time() - 30)
        ((operation, state),) = quota.lines()
        assert operation == CREATE
        assert state.tokens == 1.0, "a turn takes nothing of what paces the calls"
        assert state.rate == state.quota == 2.0
        assert [each for each in state.waiting if each[1]] == [(Priority.EDIT, 1, 30.0), (Priority.BACKLOG, 2, 30.0)]
        quota.close()

    run(main())


def test_of_an_account_that_nobody_speaks_of_only_the_lines_where_somebody_waits_are_left() -> None:
    async def main() -> None:
        quota, served = Quota(LoopClock(), random.Random(1)), list[str]()  # noqa: S311 - likewise
        delete = CREATE._replace(name="DeleteUser")
        quota.configure(CREATE.account, CREATE.region, {"default": ApiRate(rate=1.0, burst=1)}, source="support")
        for operation in (CREATE, delete):
            while quota.try_take(operation):
                pass
        quota.enqueue(CREATE, Priority.DELETION, lambda: served.append("who waited"))
        quota.withdraw("support")
        assert [operation for operation, _ in quota.lines()] == [CREATE]
        await asyncio.sleep(10)
        assert served == ["who waited"]
        quota.close()

    run(main())
