"""What an absence proves, how fresh a reading has to be, and when to look again. Pure.

Connect is eventually consistent for up to the window (10 minutes), so an absence counts only when two methods agree
(ListUsers and SearchUsers in one sweep, or DescribeUser) and enough time has passed since our own write.
"""

from __future__ import annotations

from msgspec import UNSET

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.kinds.status import find_condition
from connect_operator.domain.text.timestamps import epoch
from connect_operator.engine.instances.record import NEVER, Record
from connect_operator.engine.pace.growth import doubled
from connect_operator.engine.users.identity import Attempt
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.situation import AwaitSweep, Conclude, Decision, Describe, FindByName, Situation

FRESH = 30.0
"""Seconds: a write is based on tags and contents that Connect showed no longer ago."""

# What these replace whole is merged onto what the user has, which is more than the manifest mentions.
_MERGED = frozenset({"UpdateUserIdentityInfo", "UpdateUserPhoneConfig", "UpdateUserConfig"})
_FIRST_LOOK = 15.0
_LOOKS_IN_WINDOW = 8.0
_LONGEST_LOOK_IN_WINDOW = 4.0
# Of two machines with synchronised clocks; a creation time further ahead was not written by this operator.
_CLOCK_SKEW = 300.0


def is_strong_absence(situation: Situation, user_id: str) -> bool:
    """Whether a 404 for that user proves that it is gone: no list shows it, and our last write is long enough ago."""
    record = situation.instance.inventory.get(user_id)
    if record is not None and not record.missing:
        return False
    return not created_within_window(situation)


def is_fresh(situation: Situation, record: Record, operation: str = "", began: float = NEVER) -> bool:
    """Whether the user's tags were read recently enough to write; and the contents, which some operations replace.

    What cannot be undone needs a reading since it was asked for: that Connect took our tag a moment ago is none. What
    replaces more than the manifest mentions needs one by this very pass, which `began` then: people may have changed
    the rest in Connect since any earlier one.
    """
    deleting = situation.user.deleting
    if operation in _MERGED and record.described_tick < began:
        return False
    read = record.described_tick if deleting or operation in _MERGED else record.tags_read_tick
    return situation.tick - read <= FRESH and not (deleting and read < situation.memory.deleting_since_tick)


def may_exist(user: ConnectUser, memory: Memory) -> bool:
    """Whether a CreateUser of this object may have been carried out without our knowing its outcome."""
    return memory.identity.attempt is Attempt.UNCERTAIN or (
        memory.identity.attempt is Attempt.UNKNOWN and user.has_finalizer
    )


def attempted(situation: Situation) -> bool:
    """Likewise, for the object of a situation."""
    return may_exist(situation.user, situation.memory)


def unsettled_attempt(situation: Situation, references: tuple[bool, str, str]) -> Decision | None:
    """What to look at before CreateUser may be sent again; None when both methods have shown no such user since."""
    memory = situation.memory
    in_doubt = attempted(situation) or memory.identity.attempt is Attempt.TAKEN
    if not in_doubt or memory.identity.attempted_tick == NEVER:
        # An earlier process's attempt lies before this process's first sweep, which is complete by now.
        return None
    message = "CreateUser was sent and its outcome is not known; looking for the user before anything is sent again"
    verdict = None if _is_told(situation) else Verdict(reason=Reason.CREATING, message=message, references=references)
    if memory.readings.looked_tick == NEVER:
        return FindByName(situation.user.username)
    if (situation.instance.inventory.swept_tick or NEVER) <= memory.identity.attempted_tick:
        return AwaitSweep(memory.identity.attempted_tick, verdict)
    return None


def _is_told(situation: Situation) -> bool:
    """Whether the object's status says already that Connect is in trouble; then looking for the user is no news."""
    status = situation.memory.telling.status or situation.user.status
    ready = find_condition(status.conditions, "Ready")
    return (
        ready is not None
        and ready.reason == Reason.SERVICE_UNAVAILABLE
        and ready.observed_generation == situation.user.metadata.generation
    )


def look_at(situation: Situation, user_id: str, verdict: Verdict | None = None) -> Decision:
    """Ask DescribeUser, each time that it found nothing after a longer pause; `verdict` is shown meanwhile."""
    wait = situation.memory.readings.described_at(user_id) + look_again(situation) - situation.tick
    return Describe(user_id) if wait <= 0 else Conclude(verdict, requeue_after=wait, back_off=verdict is not None)


def look_again(situation: Situation) -> float:
    """Seconds until something that Connect did not show is looked for once more: longer each time, to an end."""
    return pause_before_look(situation.memory.readings.looks, situation.window)


def pause_before_look(looks: int, window: float) -> float:
    """Seconds before the next look, after that many that showed nothing: 15, 30, 60, … with the usual window."""
    first = min(_FIRST_LOOK, window / _LOOKS_IN_WINDOW)
    return doubled(first, looks, max(first, window / _LONGEST_LOOK_IN_WINDOW))


def created_within_window(situation: Situation) -> bool:
    """Whether the user was created so recently that not finding it proves nothing."""
    if situation.tick < situation.memory.identity.created_tick + situation.window:
        return True
    told = situation.user.status.created_time
    since = epoch(told) if told is not UNSET else None
    return since is not None and -_CLOCK_SKEW < situation.now - since < situation.window
