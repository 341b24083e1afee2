"""The plan as JSON, for programs. The shape is stable: members are added, never renamed or taken away.

    instances    [{name, arn, identityManagementType, users, unmanaged, here, elsewhere, problem}]
                 users, unmanaged (no owner, no manifest here), here (of other objects of this cluster) and elsewhere
                 (of another owner) are counts;
                 problem is null, or {reason, message} of an instance that could not be read
    users        [{namespace, name, username, instance, action, changes, ignored, reason, message}]
                 action: create, update, adopt, delete, release, blocked, observe or none
                 changes: [{field, old, new}], all text, "(none)" where there is nothing; ids are ids
                 ignored: the same, of what ignoreDrift leaves to Connect
                 reason: the reason that the Ready condition would have; "" where it cannot be told yet
    summary      {create, update, adopt, delete, release, blocked, observe, none, unmanaged}, counts
    assumptions  [text], what was taken for granted
    assignments  [{namespace, name}], the ConnectContactAssignments of the files; they are checked, and not planned

E-mail addresses are in it, passwords never.
"""

from __future__ import annotations

from typing import Any

from connect_operator.cli.plan.report import Action, InstancePlan, Report, UserPlan
from connect_operator.cli.terminal import json_text


def json_document(report: Report) -> str:
    """The document, indented, with a line end."""
    counts = report.counts
    document = {
        "instances": [_instance(each) for each in report.instances],
        "users": [_user(each) for each in report.users],
        "summary": {
            **{action.value: counts[action] for action in Action},
            "unmanaged": sum(each.unmanaged for each in report.instances),
        },
        "assumptions": list(report.assumptions),
        "assignments": [each._asdict() for each in report.assignments],
    }
    return json_text(document)


def _instance(instance: InstancePlan) -> dict[str, Any]:
    problem = instance.problem
    return {
        "name": instance.name,
        "arn": instance.arn,
        "identityManagementType": instance.identity_type,
        "users": instance.users,
        "unmanaged": instance.unmanaged,
        "here": instance.here,
        "elsewhere": instance.elsewhere,
        "problem": None if problem is None else {"reason": problem.reason.value, "message": problem.message},
    }


def _user(user: UserPlan) -> dict[str, Any]:
    return {
        "namespace": user.namespace,
        "name": user.name,
        "username": user.username,
        "instance": user.instance,
        "action": user.action.value,
        "changes": [change._asdict() for change in user.changes],
        "ignored": [change._asdict() for change in user.ignored],
        "reason": user.reason,
        "message": user.message,
    }
