"""Which Connect user an object stands for, whose it is, and what an absence proves. Pure.

Ownership is told by the owner tag alone, or by what this very process has done. Status may have been written by anybody
who may write it, so it gives an id to look at and a time to wait for, never a right.

Connect is eventually consistent for up to the window (10 minutes), so an absence counts only when two methods agree
(ListUsers and SearchUsers in one sweep, or DescribeUser) and enough time has passed since our own write.
"""

from __future__ import annotations

import re

from msgspec import UNSET

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.ownership import Claim, claim_of
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.kinds.status import find_condition
from connect_operator.domain.text.timestamps import epoch
from connect_operator.engine.instances.record import NEVER, Record
from connect_operator.engine.users.memory import Attempt, Memory
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
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def hinted_id(situation: Situation) -> str:
    """The id of a user to look at, by status: of one that was created or seen equal, not merely observed; else "".

    What is no bare id, or stands beside another instance's ARN, is not looked at.
    """
    status, memory = situation.user.status, situation.memory
    user_id = "" if status.user_id is UNSET else status.user_id
    elsewhere = status.instance_arn is not UNSET and status.instance_arn != str(situation.arn)
    was_ours = status.created_time is not UNSET or status.verified is not UNSET
    if elsewhere or not was_ours or user_id == memory.foreign or _ID.fullmatch(user_id) is None:
        return ""
    return user_id


def expected_id(situation: Situation) -> str:
    """The id under which the object's user is looked for: as this process knows it, else by status; "" when unknown."""
    return situation.memory.user_id or hinted_id(situation)


def match(situation: Situation) -> Record | None:
    """The user that the object stands for: by the id that this process knows, by its owner tag, or by its name.

    Anybody who may tag can copy the tag to other users; of several that carry it, the one of the name counts.
    """
    inventory, memory = situation.instance.inventory, situation.memory
    if memory.user_id:
        return inventory.get(memory.user_id)
    named = inventory.named(situation.user.username)
    if named is not None and claim_of(named.user.tags, situation.me) is Claim.MINE:
        return named
    return inventory.owned_by(situation.me.uid) or named


def is_strong_absence(situation: Situation, user_id: str) -> bool:
    """Whether a 404 for that user proves that it is gone: no list shows it, and our last write is long enough ago."""
    record = situation.instance.inventory.get(user_id)
    if record is not None and not record.missing:
        return False
    return not created_within_window(situation)


def is_own(situation: Situation, record: Record) -> bool:
    """Whether the user is this object's: its tag says so, or it is missing from one that this process saw with it."""
    claim = claim_of(record.user.tags, situation.me)
    seen = situation.memory.user_id == record.user.user_id and situation.user.has_finalizer
    return claim is Claim.MINE or (claim is Claim.MISSING and seen)


def is_fresh(situation: Situation, record: Record, operation: str = "", began: float = NEVER) -> bool:
    """Whether the user's tags were read recently enough to write; and the contents, which some operations replace.

    What cannot be undone needs a reading since it was asked for: that Connect took our tag a moment ago is none. What
    replaces more than the manifest mentions needs one by this very pass, which `began` then: people may have changed
    the rest in Connect since any earlier one.
    """
    deleting = situation.user.deleting
    if operation in _MERGED and record.described < began:
        return False
    read = record.described if deleting or operation in _MERGED else record.tags_read
    return situation.tick - read <= FRESH and not (deleting and read < situation.memory.deleting_since)


def may_exist(user: ConnectUser, memory: Memory) -> bool:
    """Whether a CreateUser of this object may have been carried out without our knowing its outcome."""
    return memory.attempt is Attempt.UNCERTAIN or (memory.attempt is Attempt.UNKNOWN and user.has_finalizer)


def attempted(situation: Situation) -> bool:
    """Likewise, for the object of a situation."""
    return may_exist(situation.user, situation.memory)


def unsettled_attempt(situation: Situation, references: tuple[bool, str, str]) -> Decision | None:
    """What to look at before CreateUser may be sent again; None when both methods have shown no such user since."""
    memory = situation.memory
    in_doubt = attempted(situation) or memory.attempt is Attempt.TAKEN
    if not in_doubt or memory.attempted == NEVER:
        # An earlier process's attempt lies before this process's first sweep, which is complete by now.
        return None
    message = "CreateUser was sent and its outcome is not known; looking for the user before anything is sent again"
    verdict = None if _is_told(situation) else Verdict(reason=Reason.CREATING, message=message, references=references)
    if memory.looked == NEVER:
        return FindByName(situation.user.username)
    if (situation.instance.inventory.swept or NEVER) <= memory.attempted:
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


def look_at(situation: Situation, user_id: str, verdict: Verdict | None = None) -> Decision:
    """Ask DescribeUser, each time that it found nothing after a longer pause; `verdict` is shown meanwhile."""
    wait = situation.memory.described_at(user_id) + look_again(situation) - situation.tick
    return Describe(user_id) if wait <= 0 else Conclude(verdict, requeue_after=wait, back_off=verdict is not None)


def look_again(situation: Situation) -> float:
    """Seconds until something that Connect did not show is looked for once more: longer each time, to an end."""
    return pause_before_look(situation.memory.looks, situation.window)


def pause_before_look(looks: int, window: float) -> float:
    """Seconds before the next look, after that many that showed nothing: 15, 30, 60, … with the usual window."""
    first = min(_FIRST_LOOK, window / _LOOKS_IN_WINDOW)
    return min(first * float(2 ** min(looks, 10)), max(first, window / _LONGEST_LOOK_IN_WINDOW))


def created_within_window(situation: Situation) -> bool:
    """Whether the user was created so recently that not finding it proves nothing."""
    if situation.tick < situation.memory.created + situation.window:
        return True
    told = situation.user.status.created_time
    since = epoch(told) if told is not UNSET else None
    return since is not None and -_CLOCK_SKEW < situation.now - since < situation.window
