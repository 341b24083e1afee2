"""Writing to a user who exists: what comes before the call, the call, and what its answer teaches.

Who calls has the token in hand, and has read the user's tags just before.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.remedies import told
from connect_operator.domain.plan.changes import asked
from connect_operator.domain.plan.effects import after
from connect_operator.domain.rules.identity import DIRECTORY
from connect_operator.engine.instances.caller import Caller, OvertakenError
from connect_operator.engine.instances.record import Record
from connect_operator.engine.ports import Clock, ClusterApi, Event
from connect_operator.engine.store import Store
from connect_operator.engine.users import applied, evidence
from connect_operator.engine.users.depart import Departure
from connect_operator.engine.users.farewell import Farewell
from connect_operator.engine.users.situation import Conclude, Delete, Tag, Untag, Update, Write
from connect_operator.engine.users.step import Outcome, Throttled, UserStep, addressed
from connect_operator.engine.users.user_report import Reporter

logger = logging.getLogger(__name__)

# What Connect may answer about a user that it does not show everywhere yet (its page on eventual consistency).
_NOT_YET = frozenset({"ResourceNotFoundException", "InvalidRequestException"})


@dataclass(frozen=True, slots=True)
class Writer:
    """Makes those calls."""

    cluster: ClusterApi
    store: Store
    caller: Caller
    reporter: Reporter
    clock: Clock
    farewell: Farewell
    departure: Departure

    async def write(self, step: UserStep, decision: Write, record: Record) -> Outcome:
        """What comes before the call, one thing at a time; then the call."""
        match decision:
            case Tag(adopts=True):
                await self._pin(step, decision.user_id)
            case Update() | Delete() if self.farewell.is_due(step, decision):
                return await self.farewell.sign_out(step, decision)
        return await self._send(step, decision, record)

    async def _pin(self, step: UserStep, user_id: str) -> None:
        """Have status say where the user lives, before the object may come to own it."""
        step.situation.memory.writes.mark(applied.at_adoption(step.situation, user_id))
        if not self.reporter.is_pinned(step.situation):
            message = f"user {user_id} of that name is being taken over"
            self.store.put_user(await self.reporter.pin(step.situation, Reason.UPDATING, message))

    async def _send(self, step: UserStep, decision: Write, record: Record) -> Outcome:
        operation, parameters = decision.call.operation, addressed(step, decision)
        until = decision.until if isinstance(decision, Update) else None
        api = step.instance.api

        async def send() -> float:
            if until is not None and step.instance.now() >= until:
                raise OvertakenError  # the window has closed while the call waited to be sent
            return await api.write(operation, parameters)

        try:
            stamp = await self.caller.call(step, operation, send)
        except ConnectError as error:
            return await self._failed(step, decision, error)
        user, memory = step.situation.user, step.situation.memory
        logger.info("%s: %s", operation, decision.what, extra={"object": f"ConnectUser {user.key}"})
        self.cluster.post_event(user, Event(reason=_event(step, decision), message=decision.what))
        memory.telling.owe()
        memory.readings.see()
        now = self.clock.monotonic()
        match decision:
            case Delete(user_id):
                step.instance.inventory.take_deleted(user_id, now)
                return await self.departure.deleted(step)
            case Untag(departs=True):
                self._keep(step, decision, record, now, stamp)
                return await self.departure.departed(step)
            case _:
                self._keep(step, decision, record, now, stamp)
                return None

    def _keep(self, step: UserStep, decision: Write, record: Record, now: float, stamp: float) -> None:
        """Keep what Connect acknowledged, until a reading shows it or something else."""
        situation, memory, call = step.situation, step.situation.memory, decision.call
        by_directory = situation.instance.identity_type == DIRECTORY
        user = after(call, record.user, by_directory=by_directory)
        step.instance.inventory.take_written(user, now=now, stamp=stamp)
        step.instance.agenda.again(decision.user_id, now + situation.window)
        memory.recognise(decision.user_id, user.arn)
        memory.identity.live_in(str(situation.arn))
        if call.changes:
            memory.writes.note_try(call.operation, call.changes, now)
        if situation.user.deleting:
            memory.leave.begin()

    async def _failed(self, step: UserStep, decision: Write, error: ConnectError) -> Outcome:
        situation, memory, call = step.situation, step.situation.memory, decision.call
        logger.warning("%s", error.text, extra={"object": f"ConnectUser {situation.user.key}"})
        if error.uncertain and call.operation == "TagResource":
            memory.writes.note_unanswered_tag(self.clock.monotonic())
        verdict = Verdict(reason=error.reason, message=told(error))
        if error.kind is ErrorKind.THROTTLED:
            return Throttled(verdict, step.need(call.operation))
        if isinstance(decision, Delete):
            return await self.departure.delete_failed(step, decision, error)
        if error.kind in (ErrorKind.UNAVAILABLE, ErrorKind.CREDENTIALS):
            return Conclude(verdict, back_off=True)
        young = evidence.created_within_window(situation) and error.code in _NOT_YET
        if young:
            memory.readings.look_in_vain()
        if situation.user.deleting:
            return await self.departure.write_failed(step, decision, error, young=young)
        if error.kind is ErrorKind.CONFLICT:
            step.instance.inventory.doubt(decision.user_id)
        if call.operation.endswith("UserProficiencies") and not memory.writes.reread:
            # The reading may have been older than our own last write: read once more before it counts.
            memory.writes.read_again()
            step.instance.inventory.forget_proficiencies(decision.user_id)
            return None
        memory.block(call.operation, error, asked=asked(call.changes), provisional=young)
        return None


def _event(step: UserStep, decision: Write) -> str:
    """The reason of the Event; what puts back what somebody has changed in Connect is told as such."""
    match decision:
        case Update() | Tag(adopts=False):
            drift = step.situation.memory.writes.drift == step.situation.user.metadata.generation
            plain = "Updated" if isinstance(decision, Update) else "Tagged"
            return "DriftRepaired" if drift else plain
        case Tag():
            return "Adopted"
        case Untag(departs=departs):
            return "Deactivated" if departs else "Retained"
        case Delete():
            return "Deleted"
