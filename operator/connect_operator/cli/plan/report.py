"""The plan as data: what happens to each user, what each instance holds besides, and the counts.

How it is printed is text.py and json_document.py.
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.domain.plan.changes import Change


class Action(enum.StrEnum):
    """What happens to a user."""

    CREATE = "create"
    UPDATE = "update"
    ADOPT = "adopt"
    DELETE = "delete"
    RELEASE = "release"
    BLOCKED = "blocked"
    OBSERVE = "observe"
    NONE = "none"


CHANGING = frozenset({Action.CREATE, Action.UPDATE, Action.ADOPT, Action.DELETE, Action.RELEASE})


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPlan:
    """One manifest: what the operator would do, and why it does not do more. Values of changes are text, no secrets.

    `ignored` are the differences that ignoreDrift leaves to Connect.
    `reason` is the reason that the object's Ready condition would end with; "" where nothing can be said yet.
    """

    namespace: str
    name: str
    username: str
    instance: str
    action: Action
    changes: tuple[Change, ...] = ()
    ignored: tuple[Change, ...] = ()
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancePlan:
    """One instance.

    Of its users, `unmanaged` have no owner and no manifest here, `here` another object of this cluster as owner,
    `elsewhere` anybody else.
    `names`: what its profiles and hierarchy groups are called, by id. `problem`: why it could not be read.
    """

    name: str
    arn: str = ""
    identity_type: str = ""
    users: int = 0
    unmanaged: int = 0
    here: int = 0
    elsewhere: int = 0
    names: dict[str, str] = field(default_factory=dict)
    problem: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole plan, sorted by instance, namespace and name.

    `assumptions`: what was taken for granted. `assignments`: the ConnectContactAssignments of the files, which are not
    planned: each runs once, when it is applied.
    """

    instances: tuple[InstancePlan, ...]
    users: tuple[UserPlan, ...]
    assumptions: tuple[str, ...] = ()
    assignments: tuple[ObjectKey, ...] = ()

    @property
    def counts(self) -> Counter[Action]:
        """How many users there are for each action."""
        return Counter(user.action for user in self.users)

    @property
    def exit_code(self) -> int:
        """0: Connect holds what the manifests ask. 2: it does not. 1: an instance could not be read."""
        if any(instance.problem for instance in self.instances):
            return 1
        counts = self.counts
        return 2 if any(counts[action] for action in (*CHANGING, Action.BLOCKED)) else 0
