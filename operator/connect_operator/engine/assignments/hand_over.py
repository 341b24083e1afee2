"""The calls that are made for an assignment: whose the user is, handing the contact over, once, and who has it then."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from connect_operator.domain.conditions.assignment_status import AssignmentVerdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.remedies import GOES_ON, told
from connect_operator.domain.kinds.assignment import ConnectContactAssignment, Ending, Phase
from connect_operator.domain.text.timestamps import rfc3339_micro
from connect_operator.engine.assignments.assignment_report import AssignmentReporter
from connect_operator.engine.assignments.memory import AssignmentMemory
from connect_operator.engine.instances.caller import Caller, Step
from connect_operator.engine.pace.backoff import Backoff
from connect_operator.engine.pace.growth import doubled
from connect_operator.engine.pace.turn import NeedsToken
from connect_operator.engine.ports import Clock

logger = logging.getLogger(__name__)

ASSOCIATE = "AssociateContactWithUser"
DESCRIBE = "DescribeContact"
DESCRIBE_USER = "DescribeUser"

SEND_WITHIN = 5.0
"""Seconds from writing attemptedTime within which the call is on its way, or not sent at all."""
_LONGEST_LOOK = 8.0
# A contact waits in its queue meanwhile, and the deadline is near.
_LONGEST_PAUSE = 15.0
# A list shows a user that DescribeUser does not know: one of the two lags.
_CONTRADICTED = 15.0

# What an answer can say of the contact and the user themselves; whatever else comes passes, and the deadline is near.
_FINAL = frozenset({ErrorKind.INVALID, ErrorKind.NOT_FOUND, ErrorKind.DENIED, ErrorKind.QUOTA})
_REMEDIES = {
    ErrorKind.DENIED: "grant connect:AssociateContactWithUser to the operator's role (or to the instance's), for this "
    "user too if the policy limits connect:PreferredUserArn",
    ErrorKind.NOT_FOUND: "the instance has no such contact, or no such user",
    ErrorKind.QUOTA: "when there is room again, create another ConnectContactAssignment",
    ErrorKind.CONFLICT: f"something else is changing the contact or the user at this moment; {GOES_ON}",
}


class NotAttemptedError(Exception):
    """No attempt was written: the object is another by now, or its contact would not be handed over any more."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Which contact goes to whom; `stands`: whether that would still be decided at this moment.

    `known`: whether it was read recently enough whose the user is.

    A turn comes a little before the call, and the line may be paused meanwhile: for half a minute when the service
    throttles. Deadline, permission or user may be gone by then.
    """

    assignment: ConnectContactAssignment
    memory: AssignmentMemory
    user_id: str
    stands: Callable[[], bool]
    known: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Assigner:
    """Makes the calls. `backoff` is for what is tried again."""

    caller: Caller
    reporter: AssignmentReporter
    backoff: Backoff
    clock: Clock

    async def hand(self, step: Step, hand_over: HandOver) -> NeedsToken | None:
        """Write that the call is about to be made, make it, remember how it ended. Raises ClusterUnavailableError."""
        assignment, memory, user_id = hand_over.assignment, hand_over.memory, hand_over.user_id
        need = self.caller.token(step, ASSOCIATE)
        if need is not None:
            return need
        if not hand_over.known():
            # The turn is kept meanwhile; with what was read it is decided anew.
            return await self.check(step, memory, user_id)
        stamp = ""

        async def send() -> None:
            nonlocal stamp
            if not hand_over.stands():
                raise NotAttemptedError
            began, stamp = self.clock.monotonic(), rfc3339_micro(self.clock.now())
            # Until it is on its way it is certain that Connect has heard nothing, even if the write's answer is lost.
            memory.unsent.add(stamp)
            memory.trouble = None
            announced = AssignmentVerdict(Phase.PENDING, Reason.UPDATING, f"{ASSOCIATE} is about to be sent", user_id)
            if not await self.reporter.attempt(assignment, stamp, announced):
                raise NotAttemptedError
            # The write may have taken long, like those of other calls, which shall not go all together.
            in_time = await self.caller.pace_prepared(step, ASSOCIATE, SEND_WITHIN - (self.clock.monotonic() - began))
            within = SEND_WITHIN - (self.clock.monotonic() - began) if in_time else -1.0
            memory.unsent.discard(stamp)
            memory.sent, memory.sent_to = stamp, user_id
            await step.instance.api.associate_contact(_contact(assignment), user_id, within=within)

        try:
            await self.caller.call(step, ASSOCIATE, send)
        except NotAttemptedError:
            return None
        except ConnectError as error:
            return self._failed(step, memory, stamp, error)
        logger.info("handed contact %s to user %s", _contact(assignment), user_id, extra=_about(step))
        message = f"handed contact {_contact(assignment)} to user {user_id}"
        memory.known = AssignmentVerdict(Phase.ASSIGNED, Ending.ASSIGNED, message, user_id)
        return None

    async def check(self, step: Step, memory: AssignmentMemory, user_id: str) -> NeedsToken | None:
        """Ask Connect whose that user is."""
        need = self.caller.token(step, DESCRIBE_USER)
        if need is not None:
            return need
        instance, started = step.instance, self.clock.monotonic()
        memory.checked, memory.checked_tick = user_id, started
        try:
            described = await self.caller.call(step, DESCRIBE_USER, lambda: instance.api.describe_user(user_id))
        except ConnectError as error:
            return self._unchecked(step, memory, user_id, error)
        instance.inventory.take_described(described, started)
        instance.changed(instance, {user_id})  # its ConnectUser may have been waiting for such news
        return None

    async def look(
        self, step: Step, assignment: ConnectContactAssignment, memory: AssignmentMemory
    ) -> NeedsToken | None:
        """Ask Connect who has the contact."""
        need = self.caller.token(step, DESCRIBE)
        if need is not None:
            return need
        api = step.instance.api
        memory.looks += 1
        memory.look_tick = self.clock.monotonic() + doubled(1.0, memory.looks - 1, _LONGEST_LOOK)
        try:
            memory.contact = await self.caller.call(step, DESCRIBE, lambda: api.describe_contact(_contact(assignment)))
        except ConnectError as error:
            memory.unseen = error.text.rstrip(".")
        return None

    def _unchecked(self, step: Step, memory: AssignmentMemory, user_id: str, error: ConnectError) -> NeedsToken | None:
        if error.kind is not ErrorKind.NOT_FOUND:
            memory.checked = ""
            verdict = AssignmentVerdict(Phase.PENDING, error.reason, told(error))
            return self._postponed(step, memory, DESCRIBE_USER, error, verdict)
        record = step.instance.inventory.get(user_id)
        if record is not None and not record.missing:
            message = f"Connect shows user {user_id} in its lists, but not when asked for it; it is tried again"
            memory.trouble = AssignmentVerdict(Phase.PENDING, error.reason, message)
            memory.retry_tick = self.clock.monotonic() + _CONTRADICTED
        return None

    def _postponed(
        self, step: Step, memory: AssignmentMemory, operation: str, error: ConnectError, verdict: AssignmentVerdict
    ) -> NeedsToken | None:
        """It is tried again: in the line when throttled, else after a pause."""
        if error.kind is ErrorKind.THROTTLED:
            memory.trouble, memory.retry_tick = verdict, 0.0
            return step.need(operation)
        # While credentials do not work, the instance's breaker lets few calls through; looking again costs nothing.
        delay = min(_LONGEST_PAUSE, self.backoff.delay(error.reason, memory.failures) or _LONGEST_PAUSE)
        memory.failures += 1
        memory.trouble, memory.retry_tick = verdict, self.clock.monotonic() + delay
        return None

    def _failed(self, step: Step, memory: AssignmentMemory, stamp: str, error: ConnectError) -> NeedsToken | None:
        logger.warning("%s", error.text, extra=_about(step))
        if error.uncertain:
            memory.lost = f"its answer is not known: {error.text.rstrip('.')}"
            memory.notice(stamp, self.clock.monotonic(), 0.0)
            return None
        memory.unsent.add(stamp)
        verdict = AssignmentVerdict(Phase.PENDING, error.reason, told(error, _REMEDIES))
        if error.kind not in _FINAL:
            return self._postponed(step, memory, ASSOCIATE, error, verdict)
        if error.kind is ErrorKind.INVALID:
            memory.refused, memory.contact, memory.unseen = error.anew(), None, ""
            return None
        memory.known = AssignmentVerdict(Phase.FAILED, error.reason, told(error, _REMEDIES))
        return None


def _contact(assignment: ConnectContactAssignment) -> str:
    return bare_id(assignment.spec.contact_id) if assignment.spec is not None else ""


def _about(step: Step) -> dict[str, str]:
    return {"object": f"ConnectContactAssignment {step.subject.key}"}
