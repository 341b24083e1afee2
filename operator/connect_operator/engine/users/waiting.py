"""What is told of an object whose next call waits for its turn. Pure."""

from __future__ import annotations

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.status import find_condition
from connect_operator.engine.pace.quota import Ticket
from connect_operator.engine.pace.scheduler import SAY_WAITING_AFTER
from connect_operator.engine.users.drift_policy import repairing
from connect_operator.engine.users.findings import is_told_throttled, pending
from connect_operator.engine.users.situation import Conclude, Decision, Read, Situation, Update
from connect_operator.engine.users.user_report import current_status, is_told_ready


def waiting(situation: Situation, decision: Decision, ticket: Ticket | None, rate: float) -> Verdict | None:
    """That it waits, once the wait is worth it; and what is known by now in any case. None: nothing new to say.

    `rate`: calls a second of the operation that it waits for.
    """
    user, memory = situation.user, situation.memory
    if is_told_throttled(user, memory):
        return None  # it waits because of that, which is the news
    if is_repair(decision):
        return (
            None
            if _is_told_pending(situation) and not memory.telling.unreported
            else repairing(situation, pending(situation))
        )
    is_long = ticket is not None and situation.tick - ticket.since_tick >= SAY_WAITING_AFTER
    if not is_long and not memory.telling.unreported:
        return None
    left = pending(situation)
    if isinstance(decision, Read) and not left.lines and not memory.telling.unreported and is_told_ready(user, memory):
        return None  # a look is no news about a user of whom no difference is known
    if ticket is not None and is_long:
        reason = Reason.WAITING_FOR_QUOTA
        message = (
            f"waits for its turn to call {ticket.operation.name}: {ticket.ahead} were before it, "
            f"at {rate:g} calls a second"
        )
    else:
        reason = Reason.DELETING if user.deleting else Reason.UPDATING
        message = "the next call waits for its turn"
    references = situation.resolution.references
    return Verdict(reason=reason, message=message, plan=left.lines, references=references, ignored=left.ignored_lines)


def waited_for_nothing(situation: Situation | None, decision: Conclude) -> Verdict | None:
    """What is told when a look proves nothing yet, of which the status still says that it waits for its turn."""
    if situation is None or decision.requeue_after is None:
        return None
    ready = find_condition(current_status(situation.user, situation.memory).conditions, "Ready")
    if situation.user.deleting or ready is None or ready.reason != Reason.WAITING_FOR_QUOTA:
        return None
    reason = Reason.UPDATING if situation.known_id else Reason.CREATING
    message = (
        "Connect does not show the user, but it is too soon to conclude that there is none; it is looked for again"
    )
    return Verdict(reason=reason, message=message, references=situation.resolution.references)


def is_repair(decision: Decision) -> bool:
    """Whether it only puts drift back, in a window for that."""
    return isinstance(decision, Update) and decision.until is not None


def _is_told_pending(situation: Situation) -> bool:
    """Whether the status says already that drift is to be put back; that it is its turn by now is no news."""
    ready = find_condition(current_status(situation.user, situation.memory).conditions, "Ready")
    generation = situation.user.metadata.generation
    return ready is not None and (ready.reason, ready.observed_generation) == (Reason.DRIFT_PENDING, generation)
