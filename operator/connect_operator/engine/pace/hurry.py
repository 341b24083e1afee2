"""Which edits go before the backlog: those of users that exist, and of one object only so many in a short time.

Who edits again and again, by hand or by a loop in some controller, waits like everybody else after that.
"""

from __future__ import annotations

from typing import NamedTuple

_AT_ONCE = 5.0
ONE_MORE_AFTER = 60.0


class Hurried(NamedTuple):
    """The generation that was last given priority, and how many more there were to give at that time."""

    generation: int
    left: float
    since_tick: float


def hurry(before: Hurried | None, generation: int, now: float) -> Hurried | None:
    """What is noted when an edit of that generation asks for priority; None when there is none left for it."""
    if before is None:
        return Hurried(generation, _AT_ONCE - 1.0, now)
    if before.generation == generation:
        return before
    left = min(_AT_ONCE, before.left + (now - before.since_tick) / ONE_MORE_AFTER)
    return Hurried(generation, left - 1.0, now) if left >= 1.0 else None
