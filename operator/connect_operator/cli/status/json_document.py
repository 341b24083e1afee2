"""The status as JSON, for programs. Members are added, never renamed or taken away.

instances    [{name, ready, reason, message, identityManagementType, users, unmanaged, objects, readyObjects, drifted,
              pending, estimatedCompletionTime}]; the last is null where nothing waits
users        {total, ready, reconciling, stuck, reasons: {reason: count}}
stuck        [{namespace, name, username, instance, reason, message, since}]
differing    [{namespace, name, username, instance, ignored, waiting}]: changed in Connect; the last two are lines as in
             status.plan: what ignoreDrift leaves, and what waits for the window of driftRepair
assignments  {total, phases: {phase: count}, failed: [{namespace, name, reason, message, since}]}, the latest first;
             null where they may not be listed
"""

from __future__ import annotations

from connect_operator.cli.status.assignments import Assignments, FailedAssignment
from connect_operator.cli.status.snapshot import InstanceState, Snapshot, StuckUser
from connect_operator.cli.terminal import json_text
from connect_operator.domain.text.timestamps import rfc3339


def json_document(snapshot: Snapshot) -> str:
    """The document, indented, with a line end."""
    document = {
        "instances": [_instance(each) for each in snapshot.instances],
        "users": {
            "total": snapshot.total,
            "ready": snapshot.done,
            "reconciling": snapshot.going,
            "stuck": len(snapshot.stuck),
            "reasons": dict(sorted(snapshot.reasons.items())),
        },
        "stuck": [_stuck(each) for each in snapshot.stuck],
        "differing": [each._asdict() for each in snapshot.differing],
        "assignments": None if snapshot.assignments is None else _assignments(snapshot.assignments),
    }
    return json_text(document)


def _assignments(found: Assignments) -> dict[str, object]:
    return {
        "total": found.phases.total(),
        "phases": dict(sorted(found.phases.items())),
        "failed": [_stuck(each) for each in found.failed],
    }


def _instance(each: InstanceState) -> dict[str, object]:
    return {
        "name": each.name,
        "ready": each.ready,
        "reason": each.reason,
        "message": each.message,
        "identityManagementType": each.identity_type,
        "users": each.users,
        "unmanaged": each.unmanaged,
        "objects": each.objects,
        "readyObjects": each.ready_objects,
        "drifted": each.drifted,
        "pending": each.pending,
        "estimatedCompletionTime": None if each.done_by is None else rfc3339(each.done_by),
    }


def _stuck(each: StuckUser | FailedAssignment) -> dict[str, object]:
    return {**each._asdict(), "since": None if each.since is None else rfc3339(each.since)}
