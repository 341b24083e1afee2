"""Requests for a look at an object now, by its annotation: which is new, how far it was carried out, what was answered.

Status says what was answered, but anybody who may write it could write that; so within one process only what this
process has done counts, and of status no more than that an earlier process need not be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from connect_operator.engine.instances.record import NEVER


@dataclass(slots=True)
class Request:
    """What was last asked of one object, and answered; None: nothing is known of it yet.

    `pending`: the value that is being acted on, "" when none is; `since_tick`: when it was first seen, in monotonic
    seconds. `proficiencies_tick`: when they were last read.
    """

    answered: str | None = None
    pending: str = ""
    since_tick: float = NEVER
    proficiencies_tick: float = NEVER

    def hear(self, value: str, told: str | UnsetType, now: float) -> bool:
        """Take in the annotation's value, and what status says; tells whether this is a new request."""
        if self.answered is None:
            self.answered = value if told == value else ""
        if not value or value in (self.answered, self.pending):
            return False
        self.pending, self.since_tick = value, now
        return True

    def read_proficiencies(self, tick: float) -> None:
        """They were read."""
        self.proficiencies_tick = tick

    def answer(self) -> None:
        """What was asked has been done, whatever came of it."""
        if self.pending:
            self.answered, self.pending = self.pending, ""

    @property
    def told(self) -> str | UnsetType:
        """What status is to say."""
        return self.answered or UNSET
