"""One call to Connect for one object: the token before it, the circuit breakers, and what its outcome tells the others.

The objects' kinds matter nothing here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.kinds.objects import Metadata, ObjectKey
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.pace.quota import Operation, Priority, Quota
from connect_operator.engine.pace.turn import Grant, NeedsToken, Turn
from connect_operator.engine.ports import Clock

T = TypeVar("T")


class Subject(Protocol):
    """An object of any kind, as it was when its call was planned."""

    @property
    def key(self) -> ObjectKey:
        """Namespace and name."""
        ...

    @property
    def metadata(self) -> Metadata:
        """Which object, and which generation of it."""
        ...

    @property
    def deleting(self) -> bool:
        """Whether deletion was asked for."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """What a call is made for: which object, the newest version of it, with which instance, whose turn and priority."""

    subject: Subject
    newest: Callable[[ObjectKey], Subject | None]
    instance: Instance
    turn: Turn
    priority: Priority

    def need(self, operation: str) -> NeedsToken:
        """That its pass goes on with a token for that operation."""
        return NeedsToken(self.instance.operation(operation), self.priority, instance=self.instance.name)

    @property
    def overtaken(self) -> bool:
        """Whether the manifest at hand is not the one that the call was planned for."""
        newest = self.newest(self.subject.key)
        return newest is None or _manifest(newest) != _manifest(self.subject)


def _manifest(subject: Subject) -> tuple[str, int, bool]:
    return subject.metadata.uid, subject.metadata.generation, subject.deleting


class OvertakenError(Exception):
    """The call was not sent: the object was edited or deleted meanwhile, or the process is stopping."""


@dataclass(slots=True)
class Caller:
    """Makes calls for passes."""

    quota: Quota
    clock: Clock
    stopping: bool = False

    def token(self, step: Step, operation: str) -> NeedsToken | None:
        """See to a token for that operation in the pass's hand; None when it is there.

        A turn for a write is kept while something is read for it: given back, it would be the last in the line again,
        and in a long line no reading would ever be recent enough.
        """
        wanted = step.instance.operation(operation)
        turn = step.turn
        grant = turn.grant
        if grant is not None and not grant.used:
            if grant.operation == wanted:
                return None
            if turn.kept is not None and turn.kept.operation == wanted:
                # Both are in hand: given back, one would be the next one's in the line, and this pass never has both.
                turn.grant, turn.kept = turn.kept, grant
                return None
            if turn.kept is not None:
                self.quota.give_back(turn.kept.operation)
            turn.kept, turn.grant = grant, None
        if turn.kept is not None and turn.kept.operation == wanted:
            turn.grant, turn.kept = turn.kept, None
            return None
        if not self.stopping and self.quota.try_take(wanted):
            turn.grant = Grant(wanted)
            return None
        return step.need(operation)

    async def call(self, step: Step, operation: str, verb: Callable[[], Awaitable[T]]) -> T:
        """Use the turn for this call, at the moment at which it may be sent.

        Raises ConnectError, also unsent while the credentials do not work, and OvertakenError.
        """
        breaker = step.instance.credentials_breaker
        if breaker.error is not None and not breaker.allows(self.clock.monotonic()):
            raise breaker.error.anew()
        counted = step.instance.operation(operation)
        async with self.quota.sending(counted):
            if self.stopping or step.overtaken:
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

    async def pace_prepared(self, step: Step, operation: str, within: float) -> bool:
        """Within a call's verb, which has prepared it: wait for the moment at which it may go; False: not in time."""
        return await self.quota.pace_prepared(step.instance.operation(operation), within)

    def rate(self, operation: Operation) -> float:
        """Calls a second of that operation."""
        return self.quota.rate(operation)
