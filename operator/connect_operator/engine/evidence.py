"""Which Connect user an object stands for, whose it is, and what an absence proves. Pure.

Connect is eventually consistent for up to the window (10 minutes), so an absence counts only when two methods agree
(ListUsers and SearchUsers in one sweep, or DescribeUser) and enough time has passed since our own write.
"""

from __future__ import annotations

from msgspec import UNSET

from connect_operator.domain.conditions import Verdict
from connect_operator.domain.objects import ConnectUser
from connect_operator.domain.ownership import Claim, claim_of
from connect_operator.domain.reasons import Reason
from connect_operator.domain.status import find_condition
from connect_operator.domain.timestamps import epoch
from connect_operator.engine.inventory import Record
from connect_operator.engine.memory import Attempt, Memory
from connect_operator.engine.situation import AwaitSweep, Decision, FindByName, Situation

_LOOK_AGAIN = 15.0
_LOOKS_IN_WINDOW = 8.0


def known_id(situation: Situation) -> str:
    """The id of the user that is or was the object's, from this process's memory or from status; "" when none is known.

    An id in status alone may be that of a user who was only observed; one that was created here, or seen equal, is not.
    """
    return known_id_of(situation.user, situation.memory)


def known_id_of(user: ConnectUser, memory: Memory | None) -> str:
    """Likewise, of an object that is not in a pass at present."""
    status = user.status
    if memory is not None and (memory.user_id or status.user_id == memory.disowned):
        return memory.user_id
    if status.user_id is UNSET:
        return ""
    was_ours = status.created_time is not UNSET or status.verified is not UNSET
    return status.user_id if was_ours else ""


def match(situation: Situation) -> Record | None:
    """The user that the object stands for: by its known id, or by its name when no id is known."""
    inventory = situation.instance.inventory
    user_id = known_id(situation)
    return inventory.get(user_id) if user_id else inventory.named(situation.user.username)


def is_strong_absence(situation: Situation, user_id: str) -> bool:
    """Whether a 404 for that user proves that it is gone: no list shows it, and our last write is long enough ago."""
    record = situation.instance.inventory.get(user_id)
    if record is not None and not record.missing:
        return False
    return not created_within_window(situation)


def is_own(situation: Situation, record: Record) -> bool:
    """Whether the user is this object's: the tag says so, or it is missing from the very user that status names.

    The finalizer must be on for the latter: an object that only observed a user has its id, too.
    """
    claim = claim_of(record.user.tags, situation.me)
    named = known_id(situation) == record.user.user_id and situation.user.held
    return claim is Claim.MINE or (claim is Claim.MISSING and named)


def may_exist(user: ConnectUser, memory: Memory) -> bool:
    """Whether a CreateUser of this object may have been carried out without our knowing its outcome."""
    return memory.attempt is Attempt.UNCERTAIN or (memory.attempt is Attempt.UNKNOWN and user.held)


def attempted(situation: Situation) -> bool:
    """Likewise, for the object of a situation."""
    return may_exist(situation.user, situation.memory)


def unsettled_attempt(situation: Situation, references: tuple[bool, str, str]) -> Decision | None:
    """What to look at before CreateUser may be sent again; None when both methods have shown no such user since."""
    memory = situation.memory
    if not attempted(situation) or memory.attempted == 0.0:
        # An earlier process's attempt lies before this process's first sweep, which is complete by now.
        return None
    message = "CreateUser was sent and its outcome is not known; looking for the user before anything is sent again"
    verdict = None if _is_told(situation) else Verdict(reason=Reason.CREATING, message=message, references=references)
    if memory.looked <= memory.attempted:
        return FindByName(situation.user.username)
    if (situation.instance.inventory.swept or 0.0) <= memory.attempted:
        return AwaitSweep(memory.attempted, verdict)
    return None


def _is_told(situation: Situation) -> bool:
    """Whether the object's status says already that Connect is in trouble; then looking for the user is no news."""
    status = situation.memory.status or situation.user.status
    ready = find_condition(status.conditions, "Ready")
    return (
        ready is not None
        and ready.reason == Reason.SERVICE_UNAVAILABLE
        and ready.observed_generation == situation.user.metadata.generation
    )


def look_again(situation: Situation) -> float:
    """Seconds until something that Connect did not show is looked for once more."""
    return min(_LOOK_AGAIN, situation.window / _LOOKS_IN_WINDOW)


def created_within_window(situation: Situation) -> bool:
    """Whether the user was created so recently that not finding it proves nothing."""
    created: float | None = situation.memory.created
    told = situation.user.status.created_time
    if not created and told is not UNSET:
        created = epoch(told)
    return bool(created) and created is not None and situation.now < created + situation.window
