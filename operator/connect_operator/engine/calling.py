"""One call to Connect for one object: the token before it, the gates, and what its outcome tells the others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from connect_operator.domain.errors import ConnectError
from connect_operator.engine.instance import Instance
from connect_operator.engine.ports import Clock
from connect_operator.engine.quota import Operation, Priority, Quota
from connect_operator.engine.scheduler import Grant, NeedsToken, Turn
from connect_operator.engine.situation import Situation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a pass: what it knows, with which instance, whose turn and priority."""

    situation: Situation
    instance: Instance
    turn: Turn
    priority: Priority


@dataclass(slots=True)
class Caller:
    """Makes calls for passes."""

    quota: Quota
    clock: Clock
    stopping: bool = False

    def token(self, step: Step, operation: str) -> NeedsToken | None:
        """See to a token for that operation in the pass's hand; None when it is there."""
        wanted = step.instance.operation(operation)
        grant = step.turn.grant
        if grant is not None and not grant.used:
            if grant.operation == wanted:
                return None
            self.quota.give_back(grant.operation)
            step.turn.grant = None
        if not self.stopping and self.quota.try_take(wanted):
            step.turn.grant = Grant(wanted)
            return None
        return NeedsToken(wanted, step.priority)

    async def call(self, step: Step, operation: str, verb: Callable[[], Awaitable[T]]) -> T:
        """Use the token for this call. Raises ConnectError; also, unsent, while the credentials do not work."""
        access = step.instance.access
        if access.error is not None and not access.admits(self.clock.monotonic()):
            raise access.error
        if step.turn.grant is not None:
            step.turn.grant.used = True
        try:
            answer = await verb()
        except ConnectError as error:
            step.instance.take_outcome(operation, error)
            raise
        step.instance.take_outcome(operation, None)
        return answer

    def rate(self, operation: Operation) -> float:
        """Calls a second of that operation."""
        return self.quota.rate(operation)
