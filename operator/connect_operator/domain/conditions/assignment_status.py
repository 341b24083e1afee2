"""The status of an assignment from what a pass concluded: phase, times and the conditions Complete and Failed.

Pure; the time is an argument. Nothing is rewritten that says the same as before.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from connect_operator.domain.conditions.conditions import LONGEST_MESSAGE, same_but_for_request
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.assignment import AssignmentStatus, Ending, Phase
from connect_operator.domain.kinds.status import Condition, find_condition
from connect_operator.domain.text.safe_text import safe_text
from connect_operator.domain.text.timestamps import rfc3339, rfc3339_micro

# Their messages say how things stood when it began to wait; that it still waits is no news.
_KEEP_MESSAGE = frozenset({Reason.WAITING_FOR_QUOTA.value})


class AssignmentVerdict(NamedTuple):
    """What a pass concluded: the phase, the reason, one or more sentences, the user if it is known."""

    phase: Phase
    reason: Reason | Ending
    message: str
    user_id: str = ""


def concluded(
    verdict: AssignmentVerdict, before: AssignmentStatus, *, generation: int, ended: float, attempted: str | UnsetType
) -> AssignmentStatus:
    """The status that says so; equal to `before` where that does already.

    `ended` is the time, in epoch seconds; `attempted` the attempt that stands. An end is told as finely as an attempt,
    so that the one comes after the other.
    """
    now = rfc3339(ended)
    final = verdict.phase is not Phase.PENDING
    return AssignmentStatus(
        observed_generation=generation,
        phase=verdict.phase.value,
        user_id=verdict.user_id or before.user_id,
        attempted_time=attempted,
        completion_time=rfc3339_micro(ended) if final else UNSET,
        conditions=_conditions(verdict, before.conditions, generation, now),
    )


def _conditions(
    verdict: AssignmentVerdict, previous: tuple[Condition, ...], generation: int, now: str
) -> tuple[Condition, ...]:
    complete = "True" if verdict.phase is Phase.ASSIGNED else "False"
    if verdict.phase is Phase.PENDING and verdict.reason is Ending.OUTCOME_UNKNOWN:
        complete = "Unknown"
    statuses = {"Complete": complete} | ({"Failed": "True"} if verdict.phase is Phase.FAILED else {})
    return tuple(
        _settled(
            Condition(
                type=kind,
                status=status,
                reason=verdict.reason.value,
                message=safe_text(verdict.message)[:LONGEST_MESSAGE],
                last_transition_time=now,
                observed_generation=generation,
            ),
            find_condition(previous, kind),
        )
        for kind, status in statuses.items()
    )


def _settled(told: Condition, before: Condition | None) -> Condition:
    """The condition with the time and the message of the former one, as far as it says the same."""
    if before is None or before.status != told.status:
        return told
    told = msgspec.structs.replace(told, last_transition_time=before.last_transition_time)
    same = same_but_for_request(before.message, told.message) or told.reason in _KEEP_MESSAGE
    return msgspec.structs.replace(told, message=before.message) if same and before.reason == told.reason else told
