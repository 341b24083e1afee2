"""The next thing to do about an assignment: one checklist, read from top to bottom. Pure."""

from __future__ import annotations

from msgspec import UNSET

from connect_operator.domain.conditions.assignment_status import AssignmentVerdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.arn import InstanceArn, bare_id, foreign_instance
from connect_operator.domain.kinds.assignment import AssignmentSpec, Ending, Phase
from connect_operator.domain.kinds.status import find_condition
from connect_operator.engine.assignments.permission import Reach, Standing, standing
from connect_operator.engine.assignments.refusal import of_refusal
from connect_operator.engine.assignments.situation import (
    AssignmentDecision,
    AssignmentSituation,
    Check,
    Conclude,
    Hand,
    Look,
)
from connect_operator.engine.instances.unusable import Unusable

_ELSEWHERE = "of another instance than spec.instanceRef or spec.instanceId says; correct one of them. That one is"

GRACE = 10.0
"""Seconds after its creation for which an object waits for a permission that may have been applied along with it."""

CHECK_AGAIN = 15.0
"""Seconds after which Connect is asked once more whose a user is: a new one does not show everywhere at once."""


def decide(situation: AssignmentSituation) -> AssignmentDecision:
    """What comes next for an object that has not ended."""
    assignment, memory = situation.assignment, situation.memory
    if memory.known is not None:
        return Conclude(memory.known)
    if memory.refused is not None:
        return of_refusal(memory, memory.refused, readable=not isinstance(situation.instance, Unusable))
    if assignment.spec is None:
        return failed(Reason.INVALID_SPEC, f"the manifest cannot be read: {assignment.spec_error}")
    if memory.attempted(assignment.status.attempted_time) is not UNSET:
        return _find_out(situation)
    left = assignment.deadline - situation.now
    if left <= 0:
        return _too_late(situation, assignment.spec)
    decision = _next_step(situation, assignment.spec)
    if isinstance(decision, Conclude):
        return Conclude(decision.verdict, min(left, decision.requeue_after or left))
    return decision


def failed(reason: Reason | Ending, message: str) -> Conclude:
    """The end, not well."""
    return Conclude(AssignmentVerdict(Phase.FAILED, reason, message))


def pending(reason: Reason | Ending, message: str, requeue_after: float | None = None) -> Conclude:
    """Not yet."""
    return Conclude(AssignmentVerdict(Phase.PENDING, reason, message), requeue_after)


def _next_step(situation: AssignmentSituation, spec: AssignmentSpec) -> AssignmentDecision:
    memory, instance = situation.memory, situation.instance
    if memory.trouble is not None and memory.retry_tick > situation.monotonic:
        return Conclude(memory.trouble, memory.retry_tick - situation.monotonic)
    if isinstance(instance, Unusable):
        return _without_instance(situation, instance)
    if foreign_instance(spec.contact_id, instance):
        return failed(Reason.INVALID_SPEC, f"spec.contactId: {spec.contact_id} is {_ELSEWHERE} {instance}")
    if spec.user_ref is not UNSET:
        return _to_connect_user(situation, spec.user_ref.name, instance)
    if spec.user_id is UNSET:
        return failed(Reason.INVALID_SPEC, "set exactly one of spec.userRef and spec.userId")
    if foreign_instance(spec.user_id, instance):
        return failed(Reason.INVALID_SPEC, f"spec.userId: {spec.user_id} is {_ELSEWHERE} {instance}")
    return _if_own(situation, bare_id(spec.user_id), f"spec.userId: user {bare_id(spec.user_id)}")


def _without_instance(situation: AssignmentSituation, unusable: Unusable) -> Conclude:
    verdict = unusable.verdict
    if verdict is None:
        return pending(Reason.UPDATING, "the instance is looked at for the first time")
    if unusable.final:
        return _refused(situation, verdict.reason, verdict.message)
    return pending(verdict.reason, verdict.message)


def _refused(situation: AssignmentSituation, reason: Reason, message: str) -> Conclude:
    """It may not; whoever applied it along with the permission is given a moment."""
    grace = situation.assignment.created + GRACE - situation.now
    return failed(reason, message) if grace <= 0 else pending(reason, message, grace)


def _to_connect_user(situation: AssignmentSituation, name: str, instance: InstanceArn) -> AssignmentDecision:
    user = situation.user
    where = f"spec.userRef: ConnectUser {situation.assignment.metadata.namespace}/{name}"
    if user is None:
        return pending(Reason.REFERENCE_NOT_FOUND, f"{where} does not exist; create it, or correct the name")
    if user.deleting:
        return pending(Reason.REFERENCE_NOT_FOUND, f"{where} is being deleted")
    home = user.status.instance_arn
    if user.status.user_id is UNSET or home is UNSET:
        ready = find_condition(user.status.conditions, "Ready")
        why = f": {ready.reason}: {ready.message}" if ready is not None else ""
        return pending(Reason.REFERENCE_NOT_FOUND, f"{where} has no user in Connect yet{why}")
    if home != str(instance):
        message = f"{where} is a user of {home}, but the contact is one of {instance}; correct one of the two"
        return failed(Reason.INVALID_SPEC, message)
    return _if_own(situation, user.status.user_id, where, waits=True)


def _if_own(situation: AssignmentSituation, user_id: str, where: str, *, waits: bool = False) -> AssignmentDecision:
    """Hand it over if the namespace may ring that user's desk. `waits`: its ConnectUser may come to own it yet."""
    memory, reach = situation.memory, situation.reach
    if reach is None:
        return pending(Reason.UPDATING, "the instance is looked at for the first time")
    found = standing(reach, user_id)
    if found is Standing.OWN:
        return Hand(user_id)
    if not reach.observed:
        return _unread(reach)
    requeue_after = memory.checked_tick + CHECK_AGAIN - situation.monotonic
    if memory.checked != user_id or (waits and found is not Standing.OTHERS and requeue_after <= 0):
        return Check(user_id)
    if waits and found is not Standing.OTHERS:
        shown = "has no owner tag" if found is Standing.UNTAGGED else "is not shown by Connect yet"
        message = f"{where}: its user {user_id} {shown}, so it is not known whose it is"
        return pending(Reason.REFERENCE_NOT_FOUND, message, requeue_after)
    return _refused(situation, Reason.PERMISSION_DENIED, _others(reach, where, user_id))


def _unread(reach: Reach) -> Conclude:
    """Whose the users are is not known before they were read once; whoever does that wakes the object."""
    if reach.problem is not None:
        message = f"ConnectInstance {reach.instance} is not ready: {reach.problem.message}"
        return pending(reach.problem.reason, message)
    return pending(Reason.UPDATING, f"the users of ConnectInstance {reach.instance} are read for the first time")


def _others(reach: Reach, where: str, user_id: str) -> str:
    """What is told: whether that user exists, and whose it is, is nobody else's business."""
    user = "" if user_id in where else f": its user {user_id}"
    return (
        f"{where}{user} is not managed by a ConnectUser of namespace {reach.namespace!r}, which may hand contacts to "
        f"its own users only; name one of those in spec.userRef, or ask the administrator of ConnectInstance "
        f"{reach.instance} to set contactAssignments: AnyUser in the namespace's entry in spec.allowedNamespaces"
    )


def _too_late(situation: AssignmentSituation, spec: AssignmentSpec) -> Conclude:
    message = (
        f"not handed over within spec.activeDeadlineSeconds ({spec.active_deadline_seconds}), counted from the "
        f"creation of this object at {situation.assignment.metadata.creation_timestamp}; no call was carried out"
    )
    waited = find_condition(situation.assignment.status.conditions, "Complete")
    if waited is not None:
        message += f"; it waited for: {waited.reason}: {waited.message}"
    return failed(Ending.DEADLINE_EXCEEDED, message)


def _find_out(situation: AssignmentSituation) -> AssignmentDecision:
    """A call may have been made. It is not made again, whatever comes; perhaps Connect shows what became of it."""
    memory, now = situation.memory, situation.monotonic
    if _has_it(situation):
        message = f"the contact is with the user, as Connect shows; {_what_is_known(situation)}"
        return Conclude(AssignmentVerdict(Phase.ASSIGNED, Ending.ASSIGNED, message, memory.sent_to))
    ends = memory.since_tick + situation.find_out
    if now >= ends:
        message = (
            f"{_what_is_known(situation)}, and {_what_is_seen(situation)}; it is not sent again, "
            "since that could ring a desk twice: look in Connect who has the contact, and create another "
            "ConnectContactAssignment if it still waits"
        )
        return failed(Ending.OUTCOME_UNKNOWN, message)
    if memory.look_tick <= now and not isinstance(situation.instance, Unusable):
        return Look()
    next_look = min(memory.look_tick if memory.look_tick > now else ends, ends) - now
    if memory.looks == 0 and not memory.lost:
        return Conclude(None, next_look)  # its sender may well be waiting for the answer
    message = f"{_what_is_known(situation)}; finding out who has the contact"
    return pending(Ending.OUTCOME_UNKNOWN, message, next_look)


def _has_it(situation: AssignmentSituation) -> bool:
    contact, told = situation.memory.contact, situation.assignment.status.user_id
    user_id = situation.memory.sent_to or ("" if told is UNSET else told)
    return contact is not None and user_id != "" and contact.agent_id == user_id


def _what_is_known(situation: AssignmentSituation) -> str:
    attempted = situation.memory.attempted(situation.assignment.status.attempted_time)
    sent = f"AssociateContactWithUser was about to be sent at {attempted}"
    lost = situation.memory.lost or "its sender has not told what became of it"
    return f"{sent}, and {lost}"


def _what_is_seen(situation: AssignmentSituation) -> str:
    contact, reach = situation.memory.contact, situation.reach
    if contact is None:
        return situation.memory.unseen or "Connect could not be asked who has the contact"
    if contact.agent_id:
        # Who has other namespaces' contacts is not told: a status that others wrote may have led to this look.
        known = reach is not None and standing(reach, contact.agent_id) is Standing.OWN
        return f"the contact is with another user{f', {contact.agent_id}' if known else ''}"
    if contact.ended:
        return "the contact has ended, and Connect shows no user who had it"
    if contact.queued:
        return "Connect shows the contact in its queue, where it also stands while it is being offered"
    return "Connect shows the contact with nobody"
