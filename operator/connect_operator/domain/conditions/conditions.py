"""Conditions from a verdict: the contract's table applied, and nothing rewritten that says the same as before.

A verdict is what one pass of reconciling concluded. Pure: the time is an argument.
"""

from __future__ import annotations

import math
import re

import msgspec

from connect_operator.domain.conditions.reasons import TABLE, Reason, Row
from connect_operator.domain.kinds.status import Condition, find_condition
from connect_operator.domain.text.safe_text import safe_text

_REQUEST_ID = re.compile(r" \(request [^)]*\)")
LONGEST_MESSAGE = 8192
# The reasons whose message carries a count that only tells how it stood when the object began to wait.
_KEEP_MESSAGE = frozenset({Reason.WAITING_FOR_QUOTA})


RESOLVED = (True, "Resolved", "every reference stands for one thing in the instance")


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a pass concluded: the reason, one or more sentences, the differences that are left, the references' state.

    `note` is a further sentence that is no trouble; None: it was not looked at, so what was said before still stands.
    `ignored`: the differences that are left to Connect; None: they were not looked at, so what was said before stands.
    `event`: what an Event says instead, where the message tells personal data; "": the message.
    `references` is None while they were not looked at, (True, …) when all are resolved, else the reason and message.
    """

    reason: Reason
    message: str
    plan: tuple[str, ...] = ()
    note: str | None = ""
    event: str = ""
    references: tuple[bool, str, str] | None = None
    ignored: tuple[str, ...] | None = None


def conditions(
    verdict: Verdict, previous: tuple[Condition, ...], *, generation: int, now: str, tried: float = 0.0
) -> tuple[Condition, ...]:
    """Ready, Synced, ReferencesResolved, and Reconciling and Stalled while true.

    `tried`: for how many seconds the verdict has been this one, as far as this process knows.
    """
    verdict = safe_verdict(verdict)
    row = TABLE[verdict.reason]
    message = settled_message(verdict, previous, generation)
    ready, synced = _status(row.ready), _status(row.synced)
    if verdict.reason is Reason.SUSPENDED:
        ready, synced = _as_before(previous, "Ready"), _as_before(previous, "Synced")
    elif verdict.reason is Reason.OBSERVING:
        synced = _status(not verdict.plan)
    reason = verdict.reason.value
    wanted = [("Ready", ready, reason, message), ("Synced", synced, reason, message)]
    if verdict.references is not None:
        resolved, why, text = verdict.references
        wanted.append(("ReferencesResolved", _status(resolved), why, text[:LONGEST_MESSAGE]))
    elif (before := find_condition(previous, "ReferencesResolved")) is not None:
        wanted.append(("ReferencesResolved", before.status, before.reason, before.message))
    stalled = row.stalled or (row.stalls_after <= tried or _has_stalled(previous, reason, generation, row))
    if row.reconciling and not stalled:
        wanted.append(("Reconciling", "True", reason, message))
    if stalled:
        wanted.append(("Stalled", "True", reason, message))
    return tuple(_condition(entry, previous, generation, now) for entry in wanted)


def safe_verdict(verdict: Verdict) -> Verdict:
    """The same, with what it says made safe for people: parts of it come from manifests, tags and AWS."""
    references = verdict.references
    return msgspec.structs.replace(
        verdict,
        message=safe_text(verdict.message),
        event=safe_text(verdict.event),
        plan=tuple(map(safe_text, verdict.plan)),
        ignored=None if verdict.ignored is None else tuple(map(safe_text, verdict.ignored)),
        note=None if verdict.note is None else safe_text(verdict.note),
        references=None if references is None else (references[0], references[1], safe_text(references[2])),
    )


def _has_stalled(previous: tuple[Condition, ...], reason: str, generation: int, row: Row) -> bool:
    """Whether an earlier process has tried for long enough."""
    before = find_condition(previous, "Stalled")
    same = before is not None and (before.reason, before.observed_generation) == (reason, generation)
    return same and math.isfinite(row.stalls_after)


def settled_message(verdict: Verdict, previous: tuple[Condition, ...], generation: int) -> str:
    """The message to show: the former one when it says the same but for the request ID, so retries rewrite nothing."""
    before = find_condition(previous, "Ready")
    if verdict.note:
        return f"{verdict.message}; {verdict.note}"[:LONGEST_MESSAGE]
    if before is None or before.reason != verdict.reason or before.observed_generation != generation:
        return verdict.message[:LONGEST_MESSAGE]
    if verdict.note is None and before.message.startswith(f"{verdict.message}; "):
        return before.message
    same = same_but_for_request(before.message, verdict.message)
    return before.message if same or verdict.reason in _KEEP_MESSAGE else verdict.message[:LONGEST_MESSAGE]


def _condition(
    entry: tuple[str, str, str, str], previous: tuple[Condition, ...], generation: int, now: str
) -> Condition:
    kind, status, reason, message = entry
    before = find_condition(previous, kind)
    same_trouble = before is not None and (before.reason, before.observed_generation) == (reason, generation)
    if before is not None and same_trouble and same_but_for_request(before.message, message):
        message = before.message
    since = before.last_transition_time if before is not None and before.status == status else now
    return Condition(
        type=kind,
        status=status,
        reason=reason,
        message=message,
        last_transition_time=since or now,
        observed_generation=generation,
    )


def same_but_for_request(one: str, other: str) -> bool:
    """Whether two messages differ in nothing but AWS's request ID, so that a retry is no news."""
    return _REQUEST_ID.sub("", one) == _REQUEST_ID.sub("", other)


def _status(value: bool) -> str:  # noqa: FBT001 - the conversion of this very value
    return "True" if value else "False"


def _as_before(previous: tuple[Condition, ...], kind: str) -> str:
    before = find_condition(previous, kind)
    return before.status if before is not None else "Unknown"
