"""Which differences are written now, which are left to Connect, and which wait for a window. Pure.

An edit of the manifest is always written. Drift, which is a difference in a section whose value was applied before, is
left where `ignoreDrift` names the section; else it waits where `driftRepair` names hours and none of them is now.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.plan.changes import Call, Change
from connect_operator.domain.plan.plan import Plan, plan
from connect_operator.domain.plan.sections import by_section, without
from connect_operator.engine.instances.record import Record
from connect_operator.engine.users.applied import (
    grouped,
    is_in_doubt,
    learned,
    left_to_connect,
    own_tag_keys,
    values,
)
from connect_operator.engine.users.situation import Conclude, Situation

# The wall clock may be set meanwhile, so a far opening is not slept for in one piece.
_LONGEST_SLEEP = 600.0
_FOR_GOOD = float("inf")


class Share(NamedTuple):
    """The differences of one user, shared out: `todo` now, `ignored` left to Connect, `waiting` for a window.

    `repairs`: the calls of `todo` that only put drift back, while a window is open.
    """

    todo: Plan
    ignored: tuple[Change, ...] = ()
    waiting: tuple[Change, ...] = ()
    repairs: frozenset[str] = frozenset()

    @property
    def lines(self) -> tuple[str, ...]:
        """What is not (yet) applied and is going to be, for status.plan."""
        return self.todo.lines + tuple(map(str, self.waiting))

    @property
    def ignored_lines(self) -> tuple[str, ...]:
        """What is left to Connect, for status.ignored."""
        return tuple(map(str, self.ignored))


def told_with(verdict: Verdict, shared: Share, references: tuple[bool, str, str]) -> Verdict:
    """The same verdict, with the differences and how the references stand."""
    if shared.ignored and verdict.reason is Reason.AVAILABLE:
        differ = "1 difference is" if len(shared.ignored) == 1 else f"{len(shared.ignored)} differences are"
        message = (
            f"{verdict.message}, but for what spec.ignoreDrift names: {differ} left to Connect, see status.ignored"
        )
        verdict = msgspec.structs.replace(verdict, message=message)
    return msgspec.structs.replace(verdict, plan=shared.lines, references=references, ignored=shared.ignored_lines)


def share(situation: Situation, record: Record, full: Plan) -> Share:
    """Share out what `full` is to change of that user."""
    repair, ignoring = situation.instance.repair, left_to_connect(situation)
    if not full.calls or not (ignoring or repair is not None):
        return Share(full)
    desired = situation.resolution.desired
    drifted = _drifted(situation, record, full)
    ignored = drifted & ignoring
    waits = repair is not None and not repair.is_open
    waiting = drifted - ignored if waits else frozenset()
    todo = full
    if ignored or waiting:
        insist = frozenset(situation.memory.writes.tries)
        left = plan(without(desired, ignored | waiting), record.user, trust_unseen=True, insist=insist)
        todo = Plan(calls=left.calls, immutable=full.immutable, unseen=full.unseen)
    done = {change for call in todo.calls for change in call.changes}
    kept = [(section, each) for section, each in by_section(full.calls, own_tag_keys(desired)) if each not in done]
    repairs = frozenset(call.operation for call in todo.calls if _only(call, drifted, own_tag_keys(desired)))
    return Share(
        todo,
        tuple(change for section, change in kept if section in ignored),
        tuple(change for section, change in kept if section in waiting),
        repairs if repair is not None else frozenset(),
    )


def pending(situation: Situation, shared: Share, verdict: Verdict) -> Conclude:
    """All is as the manifest asks but for drift that waits: told, and looked at again when the window opens."""
    view = situation.instance
    opens = view.repair.until if view.repair is not None else None
    when = "in no window that is foreseen"
    if view.repair is not None and opens is not None:
        when = f"when the next window opens, {view.repair.shown}"
    fields = ", ".join(dict.fromkeys(change.field for change in shared.waiting))
    message = (
        f"changed in Connect: {fields}; put back {when} (spec.driftRepair of ConnectInstance {view.name}). An edit of "
        "the manifest is applied at once"
    )
    told = msgspec.structs.replace(verdict, reason=Reason.DRIFT_PENDING, message=message)
    return Conclude(told, requeue_after=_LONGEST_SLEEP if opens is None else min(_LONGEST_SLEEP, opens - situation.now))


def repairing(situation: Situation, shared: Share) -> Verdict:
    """While drift is being put back in turn, within an open window."""
    view = situation.instance
    fields = ", ".join(dict.fromkeys(change.field for change in shared.todo.changes))
    until = f", {view.repair.shown}" if view.repair is not None and view.repair.shown else ""
    message = (
        f"changed in Connect: {fields}; being put back in turn until the window closes{until} (spec.driftRepair of "
        f"ConnectInstance {view.name})"
    )
    references = situation.resolution.references
    return Verdict(
        reason=Reason.DRIFT_PENDING,
        message=message,
        plan=shared.lines,
        references=references,
        ignored=shared.ignored_lines,
    )


def repair_until(situation: Situation, shared: Share, call: Call) -> float | None:
    """Until when that call may be made (epoch seconds), where it only puts drift back in a window; else None."""
    repair = situation.instance.repair
    if repair is None or call.operation not in shared.repairs:
        return None
    return _FOR_GOOD if repair.until is None else repair.until


def _drifted(situation: Situation, record: Record, full: Plan) -> frozenset[str]:
    """The sections whose differences were made in Connect, after the manifest's value was applied."""
    user_id = record.user.user_id
    marks, wanted = learned(situation, record), values(situation, user_id)
    found = set()
    for section, changes in grouped(full, situation.resolution.desired).items():
        mark = marks.get(section)
        if mark is None:
            # Who only observes has applied nothing, and is not going to: adoption would leave it, too.
            if situation.spec.management_policy == "Observe":
                found.add(section)
        elif mark.digest == wanted.get(section) and not is_in_doubt(situation, mark, changes, user_id):
            found.add(section)
    return frozenset(found)


def _only(call: Call, drifted: frozenset[str], own_tags: frozenset[str]) -> bool:
    return all(section in drifted for section, _ in by_section([call], own_tags))
