"""What a pass is given and what it says of how it goes on: the words between the scheduler and whoever runs passes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.pace.line import Operation, Priority, Ticket


@dataclass(frozen=True, slots=True)
class NeedsToken:
    """A pass that goes on when it has a token for this operation, or without one after `requeue_after` seconds.

    `instance` is the ConnectInstance among whose turns it is; within them, those of the object's namespace count.
    """

    operation: Operation
    priority: Priority
    requeue_after: float | None = None
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """A pass that has nothing to do now; `requeue_after` seconds it is looked at once more by itself."""

    requeue_after: float | None = None


Next = NeedsToken | Settled


@dataclass(slots=True)
class Grant:
    """A token for one call; `used` is set by the pass when it makes that call."""

    operation: Operation
    used: bool = False


@dataclass(slots=True)
class Turn:
    """What a pass is told: its token, if it has one, whether a person's edit woke it, and its place in a line.

    A pass may exchange the token; an unused one is returned to the quota when the pass ends. `kept` is a token that the
    pass goes on holding while it waits for another, to read something before its call.
    """

    grant: Grant | None = None
    kept: Grant | None = None
    edited: bool = False
    waited: Ticket | None = None


Pass = Callable[[ObjectKey, Turn], Awaitable[Next]]
