"""What is due by the wall clock is woken, also when somebody sets that clock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.pace.calendar import LOOK, Calendar

from .virtual_time import EPOCH, run

ADA, BOB = ObjectKey("team-a", "ada"), ObjectKey("team-a", "bob")


@dataclass(slots=True)
class SetClock:
    """A wall clock that can be set."""

    ahead: float = 0.0

    def now(self) -> float:
        return EPOCH + asyncio.get_running_loop().time() + self.ahead

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


class Woken:
    """A calendar, and who was woken when, in seconds since the start."""

    def __init__(self) -> None:
        self.clock = SetClock()
        self.at: list[tuple[str, float]] = []
        self.calendar = Calendar(self.clock, lambda key: self.at.append((key.name, self.clock.monotonic())))


def test_each_at_its_time_and_once() -> None:
    async def main() -> list[tuple[str, float]]:
        woken = Woken()
        woken.calendar.note(ADA, EPOCH + 1000.5)
        woken.calendar.note(BOB, EPOCH + 10.0)
        woken.calendar.note(ADA, EPOCH + 1000.5)
        await asyncio.sleep(5000)
        return woken.at

    assert [(name, round(at, 1)) for name, at in run(main())] == [("bob", 10.0), ("ada", 1000.5)]


def test_another_time_takes_the_place_of_the_first_and_none_takes_it_off() -> None:
    async def main() -> list[tuple[str, float]]:
        woken = Woken()
        for when in (100.0, 5000.0, 300.0):
            woken.calendar.note(ADA, EPOCH + when)
        woken.calendar.note(BOB, EPOCH + 50.0)
        woken.calendar.note(BOB, None)
        await asyncio.sleep(9000)
        return woken.at

    assert [(name, round(at)) for name, at in run(main())] == [("ada", 300)]


def test_a_clock_that_is_set_forward_is_seen_soon() -> None:
    async def main() -> list[tuple[str, float]]:
        woken = Woken()
        woken.calendar.note(ADA, EPOCH + 86_400)
        await asyncio.sleep(1000)
        woken.clock.ahead = 86_400
        await asyncio.sleep(100)
        return woken.at

    [(_, at)] = run(main())
    assert 1000 < at <= 1000 + LOOK


def test_a_clock_that_is_set_back_wakes_nobody_early() -> None:
    async def main() -> list[tuple[str, float]]:
        woken = Woken()
        woken.calendar.note(ADA, EPOCH + 100)
        woken.clock.ahead = -500
        await asyncio.sleep(2000)
        return woken.at

    [(_, at)] = run(main())
    assert 600 <= at < 601


def test_a_time_that_is_moved_again_and_again_is_kept_once() -> None:
    async def main() -> tuple[int, list[tuple[str, float]]]:
        woken = Woken()
        woken.calendar.note(BOB, EPOCH + 50.0)
        for number in range(10_000):
            woken.calendar.note(ADA, EPOCH + 1e9 + number)
            woken.calendar.note(ObjectKey("team-b", f"gone-{number}"), EPOCH + 1e9)
            woken.calendar.note(ObjectKey("team-b", f"gone-{number}"), None)
        kept = len(woken.calendar)
        await asyncio.sleep(100)
        return kept, woken.at

    kept, at = run(main())
    assert kept < 100
    assert at == [("bob", 50.0)]
