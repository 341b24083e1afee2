"""What to do next for an object that is being deleted: a checklist like decide.py's.

The finalizer goes only when the user is gone, was never ours, or is to be retained. An error of AWS never releases.
"""

from __future__ import annotations

from msgspec import UNSET

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.ownership import OWNER_TAG, called, parse_owner
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.kinds.spec import ConnectUserSpec
from connect_operator.domain.plan.leaving import DELETION
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.instances.record import NEVER, Record
from connect_operator.engine.instances.unusable import may_hold
from connect_operator.engine.users import decide_leaving, demotion, evidence, wording
from connect_operator.engine.users.checklist import Checks, first
from connect_operator.engine.users.identity import Attempt
from connect_operator.engine.users.situation import (
    AskContacts,
    AwaitSweep,
    Conclude,
    Decision,
    Delete,
    Describe,
    FindByName,
    ReadTeardown,
    RemoveFinalizer,
    Situation,
    TidyQuickConnects,
    Untag,
)

# A prune asks for one deletion after another; the guard wants to see them together before the first is made: when none
# has come for SETTLE seconds. A stream without such a gap is judged as it stands after LONGEST_SETTLE.
SETTLE = 1.0
LONGEST_SETTLE = 60.0
# Seconds between looks whether a second user, in another instance, is still there.
_DOUBLED = 30.0
# Of the finalizers that others have put on an object so many are told.
_NAMED = 3


def left_alone(spec: ConnectUserSpec) -> str:
    """What to tell of a user that stays although its object goes; a leaver's access would stay, too."""
    if spec.management_policy != "Observe" and not spec.suspend:
        return "the user stays in Connect, with its owner tag (deletionPolicy Retain; its instance cannot be used)"
    why = "spec.suspend is true" if spec.suspend else "managementPolicy is Observe"
    return (
        f"the user stays in Connect as it is, with its owner tag and its access: {why}, so no call was made; if the "
        "person has left, delete the user in Connect"
    )


def without_instance(problem: Verdict, spec: ConnectUserSpec, *, attempted: bool) -> Decision:
    """An object whose instance cannot be used: released only if nothing can be left behind."""
    retain = spec.deletion_policy == "Retain" or spec.management_policy == "Observe" or spec.suspend
    if retain or not attempted:
        return RemoveFinalizer(left_alone(spec) if attempted else "")
    return Conclude(Verdict(reason=problem.reason, message=f"cannot delete the user yet: {problem.message}"))


def held_by_others(user: ConnectUser) -> Verdict | None:
    """What to tell of an object that was let go and is still there; None where nothing holds it, so that it goes."""
    holds, many = user.metadata.finalizers, user.metadata.held_at is not None
    if not holds and not many:
        return None
    names = ", ".join(holds[:_NAMED]) or "too many to name"
    left = len(holds) - _NAMED
    others = f" and {left} {'other' if left == 1 else 'others'}" if left > 0 else ""
    message = (
        "this object is being deleted and stands for no user any more: this operator has let it go; it is still here "
        f"for finalizers of somebody else ({names}{others})"
    )
    return Verdict(reason=Reason.DELETING, message=message, ignored=())


def departed(situation: Situation) -> Decision:
    """What is left to do when the object has no user any more where it lived: it may have one somewhere else."""
    if situation.doubles:
        message = f"the object has no user any more in {situation.arn}, but {wording.doubled(situation.doubles)}"
        return Conclude(Verdict(reason=Reason.DELETING, message=message), requeue_after=_DOUBLED)
    if situation.unread is not None:
        return without_instance(may_hold(situation.unread), situation.spec, attempted=True)
    return decide_leaving.after_deletion(situation, situation.memory.user_id)


def release(situation: Situation) -> Decision:
    """The next thing to do for an object under deletion that carries our finalizer."""
    return first(_CHECKS, situation)


def _gone(situation: Situation) -> Decision | None:
    return departed(situation) if situation.memory.gone else None


def _left_alone(situation: Situation) -> Decision | None:
    spec = situation.spec
    return RemoveFinalizer(left_alone(spec)) if spec.management_policy == "Observe" or spec.suspend else None


def _may_be_elsewhere(situation: Situation) -> Decision | None:
    """Neither a tag nor this process tells where its user is, and an instance that cannot be read may hold it."""
    if situation.unread is None or situation.own:
        return None
    return without_instance(may_hold(situation.unread), situation.spec, attempted=True)


def _lost_sight_of_it(situation: Situation) -> Decision | None:
    if situation.record is None:
        return _invisible(situation)
    return None


def _unread(situation: Situation) -> Decision | None:
    record = situation.record
    if record is None or not (record.partial or record.missing):
        return None
    return evidence.look_at(situation, record.user.user_id, _unseen(record.user.user_id, "whose that user is"))


def _not_ours(situation: Situation) -> Decision | None:
    record = situation.record
    if record is None or situation.own:
        return None
    return _of_another(situation, record)


def _deactivated(situation: Situation) -> Decision | None:
    record = situation.record
    if record is None or situation.spec.deletion_policy != "Deactivate":
        return None
    decision = decide_leaving.deactivate(situation, record, _guarded(situation))
    return _meanwhile(situation, record, decision)


def _retained(situation: Situation) -> Decision | None:
    record = situation.record
    if record is None or situation.spec.deletion_policy != "Retain":
        return None
    if OWNER_TAG not in record.user.tags:
        return RemoveFinalizer("the user stays in Connect (deletionPolicy Retain)")
    return Untag(record.user.user_id, "took the owner tag off")


def _deleted(situation: Situation) -> Decision | None:
    record = situation.record
    if record is None:
        return None
    waits = _guarded(situation) or decide_leaving.contacts(situation, record)
    if waits is not None:
        return _meanwhile(situation, record, waits)
    what = f"deleted user {record.user.username} ({record.user.user_id})"
    return Delete(record.user.user_id, what, decide_leaving.ends_sessions(situation, DELETION))


def _meanwhile(situation: Situation, record: Record, decision: Decision) -> Decision:
    """What waits keeps nobody promoted who was given more in Connect than the namespace may give."""
    waits = isinstance(decision, Conclude | ReadTeardown | AskContacts)
    return (demotion.relief(situation, record) if waits else None) or decision


_CHECKS: Checks = (
    _gone,
    _left_alone,
    _may_be_elsewhere,
    _lost_sight_of_it,
    _unread,
    _not_ours,
    _deactivated,
    _retained,
    _deleted,
)


def _guarded(situation: Situation) -> Decision | None:
    """The deletion guard's word on any DeleteUser, and on any deactivation of a deleted object."""
    guard, seen = situation.instance.guard, situation.memory.deleting_since_time
    settle = min(max(seen, guard.last_requested) + SETTLE, seen + LONGEST_SETTLE) - situation.now
    if guard.applies and settle > 0:
        return Conclude(None, requeue_after=settle)
    if guard.paused:
        return Conclude(Verdict(reason=Reason.DELETIONS_PAUSED, message=guard.paused))
    return ReadTeardown() if guard.unread else None


def _invisible(situation: Situation) -> Decision:
    """No list and no reading shows a user of this object."""
    user_id = situation.known_id
    if user_id and not situation.memory.readings.is_absent(user_id):
        return evidence.look_at(situation, user_id, _unseen(user_id, "that user, who is then deleted"))
    if user_id or not evidence.attempted(situation):
        # The user is gone, or none was ever asked for.
        after = decide_leaving.after_deletion(situation, user_id)
        tidies = isinstance(after, TidyQuickConnects) and not situation.memory.user_id
        return (_told_only(situation, user_id) if tidies else None) or after
    return _find_lost(situation)


def _told_only(situation: Situation, user_id: str) -> Decision | None:
    """Status alone tells the id of a user that does not show, and others may have written that of somebody new."""
    readings = situation.memory.readings
    deadline = readings.absent_since_tick + situation.window
    left = deadline - situation.tick
    message = (
        f"Connect shows no user {user_id}; the object is kept until it still shows none after "
        f"{rfc3339(situation.now + left)}, then the quick connects that lead to that user are deleted"
    )
    verdict = Verdict(reason=Reason.DELETING, message=message)
    if left > 0:
        return Conclude(verdict, requeue_after=left + 0.1)
    if readings.described_at(user_id) <= deadline:
        return Describe(user_id)
    if (situation.instance.inventory.swept_tick or NEVER) <= deadline:
        return AwaitSweep(deadline, verdict)
    return None


def _unseen(user_id: str, what: str) -> Verdict:
    message = f"Connect does not show user {user_id} everywhere yet; the object is kept until it shows {what}"
    return Verdict(reason=Reason.DELETING, message=message)


def _of_another(situation: Situation, record: Record) -> Decision:
    """A user has the name, and its tag does not name this object: it stays. A tag of ours may only not show yet."""
    memory, user_id = situation.memory, record.user.user_id
    doubted = evidence.attempted(situation) or memory.writes.tagging_tick != NEVER
    if doubted and not evidence.is_fresh(situation, record):
        return Describe(user_id)
    left = memory.deleting_since_tick + situation.window - situation.tick
    if _is_tag_in_doubt(situation) and left > 0:
        message = (
            f"the owner tag may have been put on user {user_id} without an answer; the object is kept until it shows, "
            f"or still does not after {rfc3339(situation.now + left)}"
        )
        wait = min(evidence.look_again(situation), left + 0.1)
        return Conclude(Verdict(reason=Reason.DELETING, message=message), requeue_after=wait, back_off=True)
    if situation.known_id != user_id:
        return RemoveFinalizer()
    tag = record.user.tags.get(OWNER_TAG)
    other = parse_owner(tag or "")
    now = f"the {called(other, situation.me)}, cluster {other.cluster}" if other else "something else"
    whose = f"belongs to {now} now" if tag else "has no owner tag, so nothing proves that it is ours"
    return RemoveFinalizer(f"user {user_id} {whose}; it is not deleted")


def _is_tag_in_doubt(situation: Situation) -> bool:
    """Whether a TagResource may have been carried out: by this process, or by one that had only come so far."""
    status, memory = situation.user.status, situation.memory
    if memory.writes.tagging_tick != NEVER:
        return True
    began = status.instance_arn is not UNSET and status.user_id is UNSET
    return memory.identity.attempt is Attempt.UNKNOWN and began


def _find_lost(situation: Situation) -> Decision:
    """CreateUser may have been carried out, unseen so far: both methods must fail after the window has passed.

    The window is counted from when this process first saw the deletion: two machines' clocks may differ.
    """
    looked, tick = situation.memory.readings.looked_tick, situation.tick
    deadline = situation.memory.deleting_since_tick + situation.window
    swept = situation.instance.inventory.swept_tick or NEVER
    if looked > deadline and swept > deadline:
        return RemoveFinalizer(f"no user {situation.user.username!r} has appeared in Connect")
    wait = looked + evidence.look_again(situation) - tick
    if wait <= 0 or looked <= deadline < tick:
        return FindByName(situation.user.username)
    message = (
        "CreateUser was sent and its outcome is not known; the object is kept until Connect either shows the user, "
        f"who is then deleted, or still shows none after {rfc3339(situation.now + deadline - tick)}"
    )
    verdict = Verdict(reason=Reason.DELETING, message=message)
    if tick > deadline:
        return AwaitSweep(deadline, verdict)
    return Conclude(verdict, requeue_after=min(wait, deadline - tick + 0.1))
