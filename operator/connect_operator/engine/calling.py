"""One call to Connect for one object: the token before it, the gates, and what its outcome tells the others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from connect_operator.domain.errors import ConnectError
from connect_operator.domain.objects import ConnectUser
from connect_operator.engine.instance import Instance
from connect_operator.engine.ports import Clock
from connect_operator.engine.quota import Operation, Priority, Quota
from connect_operator.engine.scheduler import Grant, NeedsToken, Turn
from connect_operator.engine.situation import Situation
from connect_operator.engine.store import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a pass: what it knows, with which instance, whose turn and priority."""

    situation: Situation
    instance: Instance
    turn: Turn
    priority: Priority


class OvertakenError(Exception):
    """The call was not sent: the object was edited or deleted meanwhile, or the process is stopping."""


@dataclass(slots=True)
class Caller:
    """Makes calls for passes."""

    quota: Quota
    clock: Clock
    store: Store
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
        """Use the turn for this call, at the moment at which it may be sent.

        Raises ConnectError, also unsent while the credentials do not work, and OvertakenError.
        """
        access = step.instance.access
        if access.error is not None and not access.admits(self.clock.monotonic()):
            raise access.error
        counted = step.instance.operation(operation)
        await self.quota.pace(counted)
        if self.stopping or self._overtaken(step.situation.user):
            self.quota.unpace(counted)
            raise OvertakenError
        if step.turn.grant is not None:
            step.turn.grant.used = True
        try:
            answer = await verb()
        except ConnectError as error:
            step.instance.take_outcome(operation, error)
            raise
        step.instance.take_outcome(operation, None)
        return answer

    def _overtaken(self, planned: ConnectUser) -> bool:
        """Whether the manifest at hand is not the one that the call was planned for."""
        newest = self.store.user(planned.key)
        return newest is None or (newest.metadata.uid, newest.metadata.generation, newest.deleting) != (
            planned.metadata.uid,
            planned.metadata.generation,
            planned.deleting,
        )

    def rate(self, operation: Operation) -> float:
        """Calls a second of that operation."""
        return self.quota.rate(operation)
