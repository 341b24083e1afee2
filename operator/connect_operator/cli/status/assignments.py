"""What the cluster's ConnectContactAssignments say, counted: how many are how far, and which have failed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import UNSET

from connect_operator.domain.kinds.assignment import ConnectContactAssignment, Phase
from connect_operator.domain.kinds.status import find_condition
from connect_operator.domain.text.timestamps import epoch


class FailedAssignment(NamedTuple):
    """One that has failed; `since` in epoch seconds, None where that is not known."""

    namespace: str
    name: str
    reason: str
    message: str
    since: float | None


class Assignments(NamedTuple):
    """How many there are in each phase, and the failed ones, the latest first."""

    phases: Counter[str]
    failed: tuple[FailedAssignment, ...]


def count_assignments(objects: Iterable[ConnectContactAssignment], not_seen: str) -> Assignments:
    """Count; `not_seen` is the phase of those that have none."""
    known = list(objects)
    phases = Counter(each.status.phase if each.status.phase is not UNSET else not_seen for each in known)
    failed = [_failed(each) for each in known if each.status.phase == Phase.FAILED]
    return Assignments(phases, tuple(sorted(failed, key=lambda each: (-(each.since or 0.0), each))))


def _failed(assignment: ConnectContactAssignment) -> FailedAssignment:
    status, metadata = assignment.status, assignment.metadata
    told = find_condition(status.conditions, "Failed")
    return FailedAssignment(
        namespace=metadata.namespace,
        name=metadata.name,
        reason=told.reason if told is not None else "",
        message=told.message if told is not None else "",
        since=epoch(status.completion_time) if status.completion_time is not UNSET else None,
    )
