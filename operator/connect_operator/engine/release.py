"""What to do next for an object that is being deleted: a checklist like converge.py's.

The finalizer goes only when the user is gone, was never ours, or is to be retained. An error of AWS never releases.
"""

from __future__ import annotations

from msgspec import UNSET

from connect_operator.domain.conditions import Verdict
from connect_operator.domain.ownership import OWNER_TAG, Claim, claim_of
from connect_operator.domain.reasons import Reason
from connect_operator.domain.timestamps import epoch, rfc3339
from connect_operator.engine import evidence
from connect_operator.engine.inventory import Record
from connect_operator.engine.situation import (
    AwaitSweep,
    Conclude,
    Decision,
    Describe,
    FindByName,
    ReadTeardown,
    Release,
    Situation,
    Write,
)

# A reading of the user this recent is enough to delete by.
_FRESH = 30.0
# A prune asks for one deletion after another; the guard wants to see them together before the first is made: when none
# has come for SETTLE seconds. A stream without such a gap is judged as it stands after LONGEST_SETTLE.
SETTLE = 1.0
LONGEST_SETTLE = 60.0


def without_instance(problem: Verdict, *, retain: bool, attempted: bool) -> Decision:
    """An object whose instance cannot be used: released only if nothing can be left behind."""
    if retain or not attempted:
        return Release()
    return Conclude(Verdict(reason=problem.reason, message=f"cannot delete the user yet: {problem.message}"))


def release(situation: Situation) -> Decision:
    """The next thing to do for an object under deletion that carries our finalizer."""
    spec = situation.spec
    if situation.memory.gone:
        return Release()
    if spec.management_policy == "Observe" or spec.suspend:
        return Release("the user is left as it is: the object only observed it, or was suspended")
    record = evidence.match(situation)
    own = record is not None and evidence.is_own(situation, record)
    user_id = evidence.known_id(situation)
    if spec.deletion_policy == "Retain" and (own or user_id):
        return _retain(situation, record if own else None)
    if own and record is not None:
        return _delete(situation, record)
    if record is not None and record.partial:
        return _unseen(situation, record)
    if user_id:
        return _delete_known(situation, user_id, record)
    if record is not None or not evidence.attempted(situation):
        # Somebody else's user has the name, so ours was never made; or none was ever asked for.
        return Release()
    return _find_lost(situation)


def _unseen(situation: Situation, record: Record) -> Decision:
    """ListUsers shows a user of that name, but nothing has shown its tags yet: it may be ours."""
    if situation.now - situation.memory.described > _FRESH:
        return Describe(record.user.user_id)
    message = f"Connect does not show yet whose user {record.user.user_id} is; the object is kept until it does"
    again_in = evidence.look_again(situation)
    return Conclude(Verdict(reason=Reason.DELETING, message=message), again_in=again_in, hold=True)


def _retain(situation: Situation, record: Record | None) -> Decision:
    user_id = record.user.user_id if record is not None else evidence.known_id(situation)
    if record is None or record.partial:
        # Its tags have not been seen. DescribeUser shows them, or the user is too new to be shown.
        if user_id and situation.now - situation.memory.described > _FRESH:
            return Describe(user_id)
        tagged = evidence.created_within_window(situation)
    else:
        tagged = OWNER_TAG in record.user.tags
    if not user_id or not tagged:
        return Release("the user stays in Connect (deletionPolicy Retain)")
    return Write(user_id, "UntagResource", {"tagKeys": [OWNER_TAG]}, "Retained", "took the owner tag off")


def _delete(situation: Situation, record: Record) -> Decision:
    guarded = _guarded(situation)
    if guarded is not None:
        return guarded
    if situation.now - situation.memory.described > _FRESH:
        # Deleting cannot be undone: the tags are read once more, so that a user who was taken over meanwhile stays.
        return Describe(record.user.user_id)
    what = f"deleted user {record.user.username} ({record.user.user_id})"
    return Write(record.user.user_id, "DeleteUser", {}, "Deleted", what)


def _guarded(situation: Situation) -> Decision | None:
    """The deletion guard's word on any DeleteUser."""
    guard, seen = situation.instance.guard, situation.memory.deletion_seen
    settle = min(max(seen, guard.grew) + SETTLE, seen + LONGEST_SETTLE) - situation.now
    if guard.applies and settle > 0:
        return Conclude(None, again_in=settle)
    if guard.paused:
        return Conclude(Verdict(reason=Reason.DELETIONS_PAUSED, message=guard.paused))
    return ReadTeardown() if guard.unread else None


def _delete_known(situation: Situation, user_id: str, record: Record | None) -> Decision:
    """The user's id is known, but the inventory does not show it as ours."""
    if (
        record is not None
        and record.user.user_id == user_id
        and claim_of(record.user.tags, situation.me) is not Claim.MINE
    ):
        return Release(f"user {user_id} belongs to another object now ({record.user.tags.get(OWNER_TAG)}); not deleted")
    if evidence.created_within_window(situation):
        # Not visible yet. The id came from CreateUser itself, so the call can be made all the same.
        return _guarded(situation) or Write(user_id, "DeleteUser", {}, "Deleted", f"deleted user {user_id}")
    if situation.memory.absent > 0.0:
        return Release()
    return Describe(user_id)


def _find_lost(situation: Situation) -> Decision:
    """CreateUser may have been carried out, unseen so far: both methods must fail after the window has passed."""
    asked = situation.user.metadata.deletion_timestamp
    since = epoch(asked) if asked is not UNSET else None
    deadline = (situation.now if since is None else since) + situation.window
    memory = situation.memory
    swept = situation.instance.inventory.swept or 0.0
    if memory.looked > deadline and swept > deadline:
        return Release(f"no user {situation.user.username!r} has appeared in Connect")
    look_again = evidence.look_again(situation)
    if situation.now - memory.looked >= look_again:
        return FindByName(situation.user.username)
    message = (
        "CreateUser was sent and its outcome is not known; the object is kept until Connect either shows the user, "
        f"who is then deleted, or still shows none after {rfc3339(deadline)}"
    )
    verdict = Verdict(reason=Reason.DELETING, message=message)
    if situation.now > deadline:
        return AwaitSweep(deadline, verdict)
    return Conclude(verdict, again_in=min(look_again, deadline - situation.now + 0.1))
