"""What comes before a user loses its rights, and what becomes of one who is not to be active. Pure.

A part of the checklists of decide.py and decide_deleting.py. The order of leaving: the guard's word (deletions only),
the end of the user's contacts, the end of its sessions, then the call that takes its rights.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from connect_operator.domain.conditions.conditions import RESOLVED, Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.ownership import DEACTIVATED_TAG, OWNER_TAG
from connect_operator.domain.kinds.spec import ConnectUserSpec
from connect_operator.domain.kinds.status import find_condition
from connect_operator.domain.plan import leaving
from connect_operator.domain.plan.changes import Call
from connect_operator.domain.plan.leaving import DEACTIVATION, PROFILE_CALLS, REMOVAL, Phase
from connect_operator.domain.plan.plan import Plan, plan
from connect_operator.domain.text.timestamps import epoch, rfc3339, seconds
from connect_operator.engine.instances.record import Record
from connect_operator.engine.users import resolving, wording
from connect_operator.engine.users.situation import (
    AskContacts,
    Conclude,
    Decision,
    Delete,
    RemoveFinalizer,
    Situation,
    Tag,
    TidyQuickConnects,
    Untag,
    Update,
)

_LOOK_AGAIN = 15.0


def scheduled(situation: Situation) -> Verdict | None:
    """Before activeFrom nobody is created, and nobody taken over."""
    if leaving.phase(situation.spec, situation.now) is not Phase.SCHEDULED:
        return None
    message = f"user {situation.user.username!r} is created at {situation.spec.active_from} (spec.activeFrom)"
    references = situation.resolution.references
    return Verdict(reason=Reason.SCHEDULED, message=message, references=references)


def told(situation: Situation, verdict: Verdict) -> Verdict:
    """The verdict on a user that is converged: as an inactive one, where that is what was asked for."""
    if verdict.reason is not Reason.AVAILABLE or not situation.inactive:
        return verdict
    why = leaving.why_inactive(situation.spec, situation.now)
    early = leaving.phase(situation.spec, situation.now) is Phase.SCHEDULED
    message = f"inactive, since {why}: {verdict.message}, with the inactive profiles of its ConnectInstance"
    return msgspec.structs.replace(verdict, reason=Reason.SCHEDULED if early else Reason.INACTIVE, message=message)


def unprepared(situation: Situation) -> Verdict | None:
    """An inactive user needs profiles that only the administrator can choose."""
    if not situation.inactive or situation.instance.spec.inactive is not UNSET:
        return None
    name = situation.instance.name
    message = (
        f"{leaving.why_inactive(situation.spec, situation.now)}, but ConnectInstance {name} does not say what inactive "
        f"users have; its administrator has to set spec.inactive there ({_EXAMPLE}), or set this object's spec.state: "
        "Active and take spec.activeFrom and spec.activeUntil off. Until then the user keeps the profiles that it has"
    )
    return Verdict(reason=Reason.INVALID_SPEC, message=message, references=RESOLVED)


_EXAMPLE = "securityProfileNames and routingProfileName, for instance"


def hasty(situation: Situation, todo: Plan) -> Plan:
    """What of a plan takes rights from an inactive user: that waits for nothing which is still to be read."""
    if situation.spec.management_policy == "Observe" or not situation.inactive:
        return Plan()
    return Plan(calls=tuple(call for call in todo.calls if call.operation in PROFILE_CALLS))


def before(situation: Situation, record: Record, call: Call) -> Decision | None:
    """What is to be done before that call takes rights from a live user; None when it may be sent."""
    if call.operation in PROFILE_CALLS and situation.inactive:
        return contacts(situation, record)
    return None


def occasion(situation: Situation, record: Record, call: Call) -> str:
    """Why the user's sessions are to be ended before that call; "" where they are not."""
    if call.operation not in PROFILE_CALLS:
        return ""
    if situation.inactive:
        return ends_sessions(situation, DEACTIVATION)
    return ends_sessions(situation, REMOVAL) if leaving.taken_away(call, record.user) else ""


def ends_sessions(situation: Situation, on: str) -> str:
    """The same occasion, where the ConnectInstance has sessions ended then; else ""."""
    return on if on in situation.instance.spec.end_sessions else ""


def is_urgent(decision: Decision) -> bool:
    """Whether somebody is to lose access by it: that does not wait behind the backlog."""
    if isinstance(decision, Update) and decision.demotes:
        return True
    return isinstance(decision, AskContacts) or (isinstance(decision, Update | Delete) and bool(decision.sign_out))


def contacts(situation: Situation, record: Record) -> Decision | None:
    """Wait for the user's contacts to end, for as long as the ConnectInstance says at most; None to go on."""
    patience, leave = seconds(situation.instance.spec.wait_for_contacts), situation.memory.leave
    if patience <= 0 or leave.waived:
        return None
    left = awaited_since(situation) + patience - situation.now
    if left <= 0:
        return None
    reading = situation.instance.on_contacts.of(record.user.user_id, situation.tick)
    if reading is None:
        return AskContacts(record.user.user_id)
    if not reading.busy:
        return None
    return Conclude(waiting(situation), requeue_after=min(_LOOK_AGAIN, left + 0.1))


def awaited_since(situation: Situation) -> float:
    """Since when the contacts are waited for: by this process, or as the status of an earlier one says, else now."""
    since = situation.memory.leave.awaited_since_time
    if since is not None:
        return since
    status = situation.user.status
    ready = find_condition(status.conditions, "Ready")
    known = status.contacts_awaited_since
    going_on = ready is not None and ready.reason == Reason.WAITING_FOR_CONTACTS and known is not UNSET
    told = epoch(known) if going_on and known is not UNSET else None
    return situation.now if told is None else min(told, situation.now)


def waiting(situation: Situation, trouble: str = "") -> Verdict:
    """That the user's contacts are waited for; `trouble`: why it is not known whether there are any."""
    until = rfc3339(awaited_since(situation) + seconds(situation.instance.spec.wait_for_contacts))
    user = f"user {situation.user.username!r}"
    what = f"whether {user} is on a contact cannot be read ({trouble})" if trouble else f"{user} is on a contact"
    what_then = "deactivated" if _is_deactivated(situation) else "deleted"
    return Verdict(
        reason=Reason.WAITING_FOR_CONTACTS,
        message=f"{what}; it is {what_then} when that has ended, at {until} in any case (spec.waitForContacts of "
        f"ConnectInstance {situation.instance.name})",
    )


def _is_deactivated(situation: Situation) -> bool:
    return not situation.user.deleting or situation.spec.deletion_policy == "Deactivate"


def deactivate(situation: Situation, record: Record, guarded: Decision | None) -> Decision:
    """Deactivate, as the deletionPolicy: the user gets the inactive profiles, a tag that tells of it, and no owner.

    `guarded`: what the deletion guard has to say first.
    """
    user = record.user
    if OWNER_TAG not in user.tags:
        return RemoveFinalizer("the user stays in Connect, inactive (deletionPolicy Deactivate)")
    problem, todo = _deactivation(situation, record)
    if problem is not None:
        return Conclude(problem)
    if guarded is not None and not situation.memory.leave.begun:
        return guarded
    left = leaving.security_first(call for call in todo.calls if call.operation in PROFILE_CALLS)
    if left:
        return contacts(situation, record) or _takes_rights(situation, user.user_id, left[0])
    if DEACTIVATED_TAG not in user.tags and not situation.memory.leave.unmarked:
        when, what = rfc3339(situation.now), f"tagged it as deactivated ({DEACTIVATED_TAG})"
        return Tag(user.user_id, DEACTIVATED_TAG, when, what)
    what = f"deactivated user {user.username} ({user.user_id}) and took the owner tag off"
    return Untag(user.user_id, what, departs=True)


def _takes_rights(situation: Situation, user_id: str, call: Call) -> Update:
    what, sign_out = wording.changes(situation, call), ends_sessions(situation, DEACTIVATION)
    return Update(user_id, call, what, sign_out=sign_out)


def _deactivation(situation: Situation, record: Record) -> tuple[Verdict | None, Plan]:
    """Why the user cannot be made inactive, or what is left of that."""
    name = situation.instance.name
    keep = "or set this object's spec.deletionPolicy: Delete (the user is deleted) or Retain (it stays as it is)"
    if situation.instance.spec.inactive is UNSET:
        message = (
            f"spec.deletionPolicy is Deactivate, but ConnectInstance {name} does not say what inactive users have; its "
            f"administrator has to set spec.inactive there ({_EXAMPLE}), {keep}"
        )
        return Verdict(reason=Reason.INVALID_SPEC, message=message), Plan()
    username, grant = situation.user.username, situation.grant
    found = resolving.deactivated(ConnectUserSpec(), username, situation.arn, situation.instance, grant)
    if found.unresolved:
        message = f"the user cannot be deactivated: {found.references[2]}; {keep}"
        return Verdict(reason=found.unresolved[0].reason, message=message, references=found.references), Plan()
    desired = msgspec.structs.replace(found.desired, username=record.user.username)
    return None, plan(desired, record.user, trust_unseen=True)


def after_deletion(situation: Situation, user_id: str) -> Decision:
    """The user is gone: its quick connects may be left to see to."""
    instance, spec = situation.instance, situation.spec
    tidy = instance.spec.quick_connects_of_deleted_users == "Delete" and spec.deletion_policy == "Delete"
    return TidyQuickConnects(user_id) if tidy and user_id else RemoveFinalizer()


def tidying(user_id: str) -> Verdict:
    """That quick connects are being looked for."""
    message = f"user {user_id} is deleted; the quick connects that lead to it are being deleted"
    return Verdict(reason=Reason.DELETING, message=message)
