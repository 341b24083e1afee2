"""Writes that Connect acknowledged: whether their effect was seen, and when to give up. Pure.

A try belongs to one difference. It is settled when a reading shows what was written, or a third value; so a person who
changes a user in Connect again and again is put right again and again. It has failed when for a whole window every
reading went on showing the old value, though the write was acknowledged twice.
"""

from __future__ import annotations

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.connect.unlisted import CONTACT
from connect_operator.domain.plan.changes import Call
from connect_operator.domain.plan.plan import plan
from connect_operator.engine.instances.record import Record
from connect_operator.engine.users.evidence import pause_before_look
from connect_operator.engine.users.situation import Conclude, Decision, Describe, ListProficiencies, Situation

_ENOUGH = 2
# After this many windows a write that never showed is sent once more: what was wrong in Connect may have been mended.
_WINDOWS_OF_REST = 6.0
_DETAILS = {"UpdateUserIdentityInfo": CONTACT}


def settled(situation: Situation, record: Record) -> tuple[str, ...]:
    """The operations whose tries are over, by what a reading since has shown."""
    shown = record.shown
    if not situation.memory.writes.tries or shown is None:
        return ()
    left = plan(situation.resolution.desired, shown)
    changes = {call.operation: call.changes for call in left.calls}
    return tuple(
        operation
        for operation, each in situation.memory.writes.tries.items()
        if (changes[operation] != each.changes if operation in changes else _needs(operation) not in left.unseen)
    )


def is_given_up(situation: Situation, call: Call) -> bool:
    """Whether that write has been acknowledged often enough without ever showing."""
    each = situation.memory.writes.tries.get(call.operation)
    return (
        each is not None
        and each.changes == call.changes
        and each.count >= _ENOUGH
        and situation.tick - each.first_tick >= situation.window
        and situation.tick - each.last_tick < _WINDOWS_OF_REST * situation.window
    )


def look_back(situation: Situation, record: Record, verdict: Verdict) -> Decision:
    """All is as the manifest asks, by Connect's word; a write that had to be repeated is looked after."""
    open_tries = [
        (operation, each)
        for operation, each in situation.memory.writes.tries.items()
        if each.count >= _ENOUGH and situation.tick - each.last_tick < situation.window
    ]
    if not open_tries:
        return Conclude(verdict)
    operation, each = min(open_tries, key=lambda entry: entry[1].looks)
    first = pause_before_look(0, situation.window)
    wait = each.last_tick + first * (2.0 ** (each.looks + 1) - 1.0) - situation.tick
    if wait > 0:
        return Conclude(verdict, requeue_after=wait)
    user_id = record.user.user_id
    return ListProficiencies(user_id) if operation.endswith("UserProficiencies") else Describe(user_id)


def _needs(operation: str) -> str:
    """What a reading must contain to show the effect of that operation; "" where any does."""
    return "proficiencies" if operation.endswith("UserProficiencies") else _DETAILS.get(operation, "")
