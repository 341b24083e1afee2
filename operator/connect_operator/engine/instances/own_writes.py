"""Our own writes of one user that are too young for a reading to contradict them, each with its fields. Pure.

Connect may go on showing what was before a write for as long as the window lasts. That holds for the fields of that
very write: of a user that is edited every second, what was written long ago is overruled like anybody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from connect_operator.domain.kinds.sharing import Shared

# Server times of our writes come from HTTP's Date, which counts whole seconds.
DATE_GRANULARITY = 1.0


@dataclass(slots=True, frozen=True)
class OwnWrite:
    """One write: the fields that no later write has changed again, named as in domain/connect/user_fields.

    `tick` when it was acknowledged, in monotonic seconds; `stamp` the same on the server's clock, in epoch seconds.
    """

    tick: float
    stamp: float
    fields: frozenset[str]

    def is_young(self, started: float, window: float) -> bool:
        """Whether a reading that began then may still show what was before the write."""
        return started < self.tick + window

    def is_before(self, stamp: float | None) -> bool:
        """Whether the version of the user that Connect gave this LastModifiedTime was made after the write."""
        return stamp is not None and stamp > self.stamp + DATE_GRANULARITY


_fields = Shared()
"""Of all new users the same fields are written."""


def own_write(fields: frozenset[str], *, tick: float, stamp: float) -> OwnWrite:
    """A write that changed these fields."""
    return OwnWrite(tick, stamp, _fields.one(fields))


Keeps = Callable[[OwnWrite, str], bool]


def added(writes: Iterable[OwnWrite], write: OwnWrite) -> tuple[OwnWrite, ...]:
    """All of them, the newest first, each field in the last write that changed it."""
    return (write, *left(writes, lambda _, field: field not in write.fields))


def left(writes: Iterable[OwnWrite], keeps: Keeps) -> tuple[OwnWrite, ...]:
    """The writes with the fields that a reading could not overrule; a write without any is over."""
    parted = ((each, frozenset(field for field in each.fields if keeps(each, field))) for each in writes)
    return tuple(each if fields == each.fields else replace(each, fields=fields) for each, fields in parted if fields)


def left_beside(writes: tuple[OwnWrite, ...], keeps: Keeps) -> tuple[OwnWrite, ...]:
    """The same, but the newest stays with no field as well: it tells when the user was last written."""
    remaining = left(writes, keeps)
    if not writes or (remaining and remaining[0].tick == writes[0].tick):
        return remaining
    return (replace(writes[0], fields=frozenset()), *remaining)


def fields_of(writes: Iterable[OwnWrite]) -> frozenset[str]:
    """All fields that they changed."""
    return frozenset().union(*(each.fields for each in writes))
