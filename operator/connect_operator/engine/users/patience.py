"""What is remembered of when an object was heard, and how long it is left alone. Losing it costs a few calls."""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.engine.instances.record import NEVER
from connect_operator.engine.pace.hurry import Hurried


@dataclass(slots=True)
class Patience:
    """`seen`: the generation, and whether deletion was asked for. `deleting_since_*`: when deletion was first seen.

    `insisted_tick`: it was edited, or a look asked for. `hurried`: the edits that went before others. `failures`: in a
    row. `retry_tick`: until then the object is left alone; `blocked_until_tick`: until then what failed is.
    """

    seen: tuple[int, bool] = (0, False)
    deleting_since_tick: float = NEVER
    deleting_since_time: float = 0.0
    insisted_tick: float = NEVER
    hurried: Hurried | None = None
    failures: int = 0
    retry_tick: float = 0.0
    blocked_until_tick: float = 0.0

    def see(self, generation: int, *, deleting: bool) -> None:
        """This is the newest of the object."""
        self.seen = generation, deleting

    def begin_deletion(self, tick: float, time: float) -> None:
        """Deletion was first seen."""
        self.deleting_since_tick, self.deleting_since_time = tick, time

    def insist(self, tick: float) -> None:
        """Somebody wants it to be seen to now."""
        self.insisted_tick = tick

    def hurry(self, hurried: Hurried | None) -> None:
        """An edit goes before others."""
        self.hurried = hurried

    def fail(self) -> None:
        """Once more."""
        self.failures += 1

    def succeed(self) -> None:
        """No failure counts any more."""
        self.failures = 0

    def wait(self, tick: float, *, alone: bool) -> None:
        """What failed is tried again then; `alone`: the object is left alone until then."""
        self.blocked_until_tick = tick
        self.retry_tick = tick if alone else 0.0

    def block(self) -> None:
        """What failed waits; the conclusion of the pass sets the time."""
        self.blocked_until_tick = float("inf")

    def end(self) -> None:
        """Nothing is left alone any more."""
        self.retry_tick = self.blocked_until_tick = 0.0
