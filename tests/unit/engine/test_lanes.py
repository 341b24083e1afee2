"""An endpoint that swallows its calls leaves the others a way, one call at a time."""

from __future__ import annotations

import asyncio
import random

from connect_operator.domain.kinds.spec import ApiRate
from connect_operator.engine.pace.lanes import Lanes
from connect_operator.engine.pace.quota import Operation, Quota

from .virtual_time import LoopClock, run


def test_the_last_quarter_is_for_those_who_have_none() -> None:
    lanes = Lanes(16)
    assert sum(lanes.take("swallows") for _ in range(20)) == 12
    assert [lanes.take("other"), lanes.take("other"), lanes.take("third")] == [True, False, True]
    lanes.give_back("other")
    assert lanes.take("other")


def test_alone_one_lane_is_enough() -> None:
    lanes = Lanes(1)
    assert (lanes.take("one"), lanes.take("two")) == (True, False)
    lanes.give_back("one")
    assert lanes.take("two")


def test_a_region_that_does_not_answer_delays_no_other() -> None:
    """Forty calls of twenty operations that each take a read time-out, and one call to somewhere else."""

    async def main() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        quota = Quota(LoopClock(), random.Random(1), lanes=16)  # noqa: S311 - spreads retries, guards nothing
        fast = {"default": ApiRate(rate=1000.0, burst=1000)}
        for region in ("dark", "light"):
            quota.configure("account", region, fast)

        async def swallowed(number: int) -> None:
            async with quota.sending(Operation("account", "dark", f"Operation{number % 20}")):
                await asyncio.sleep(15.0)

        dark = [asyncio.create_task(swallowed(number)) for number in range(40)]
        await asyncio.sleep(1.0)
        asked = loop.time()
        async with quota.sending(Operation("account", "light", "ListUsers")):
            waited = loop.time() - asked
        await asyncio.gather(*dark)
        return waited, loop.time()

    waited, all_over = run(main())
    assert waited < 0.1
    assert all_over >= 60.0, "forty calls in twelve lanes take four rounds"


def test_a_free_lane_wakes_one_of_each_queue() -> None:
    """A thousand who are woken for one lane are a million wake-ups in all."""

    async def main() -> tuple[int, list[str]]:
        lanes, woken, went = Lanes(2), 0, list[str]()

        async def call(queue: str, number: int) -> None:
            nonlocal woken
            again = False
            while not lanes.take("endpoint"):
                await lanes.wait(queue, again=again)
                woken, again = woken + 1, True
            await asyncio.sleep(0)
            went.append(f"{queue}{number}")
            lanes.give_back("endpoint")

        await asyncio.gather(*(call(queue, number) for number in range(500) for queue in "ab"))
        return woken, went

    woken, went = asyncio.run(main())
    assert len(went) == 1000
    assert woken <= 4000
    assert went.index("b10") < 60, "both queues go on"


def test_who_leaves_passes_the_lane_on() -> None:
    async def main() -> None:
        lanes = Lanes(1)
        assert lanes.take("endpoint")
        first, second = (asyncio.create_task(lanes.wait("a")) for _ in range(2))
        await asyncio.sleep(0)
        lanes.give_back("endpoint")
        first.cancel()  # woken, and cancelled before it could go
        await asyncio.wait_for(second, 120)

    asyncio.run(main())
