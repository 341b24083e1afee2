"""A ConnectContactAssignment as the engine sees it: spec, status and object; and what Connect shows of a contact.

A queued contact is handed to a user once. What is decided about that belongs to engine/assignments/; how it is told
belongs to assignment_status.py.
"""

from __future__ import annotations

import enum
from typing import Any, NamedTuple

from msgspec import UNSET, UnsetType

from connect_operator.domain.kinds.objects import ObjectKey, Resource, parsed
from connect_operator.domain.kinds.spec import Block, ObjectRef
from connect_operator.domain.kinds.status import Condition, StatusBlock
from connect_operator.domain.text.timestamps import epoch


class Phase(enum.StrEnum):
    """How far an assignment is; the last two are final."""

    PENDING = "Pending"
    ASSIGNED = "Assigned"
    FAILED = "Failed"


class Ending(enum.StrEnum):
    """The reasons that only assignments have; the others are those of ConnectUsers."""

    ASSIGNED = "Assigned"
    OUTCOME_UNKNOWN = "OutcomeUnknown"
    DEADLINE_EXCEEDED = "DeadlineExceeded"
    CONTACT_NOT_QUEUED = "ContactNotQueued"


class AssignmentSpec(Block, frozen=True):
    """`spec` of a ConnectContactAssignment. Times are in seconds."""

    contact_id: str
    instance_ref: ObjectRef | UnsetType = UNSET
    instance_id: str | UnsetType = UNSET
    user_ref: ObjectRef | UnsetType = UNSET
    user_id: str | UnsetType = UNSET
    active_deadline_seconds: int = 300
    ttl_seconds_after_finished: int | UnsetType = UNSET


class AssignmentStatus(StatusBlock, frozen=True):
    """`status`. Times are RFC 3339; `attempted_time` has microseconds, so that it tells one attempt from another."""

    observed_generation: int | UnsetType = UNSET
    phase: str | UnsetType = UNSET
    user_id: str | UnsetType = UNSET
    attempted_time: str | UnsetType = UNSET
    completion_time: str | UnsetType = UNSET
    conditions: tuple[Condition, ...] = ()


class ConnectContactAssignment(Resource, frozen=True, kw_only=True):
    """One object."""

    spec: AssignmentSpec | None
    status: AssignmentStatus

    @property
    def finished(self) -> bool:
        """Whether it has ended, well or not; nothing but its own deletion happens to it any more."""
        return self.status.phase in (Phase.ASSIGNED, Phase.FAILED)

    @property
    def user_key(self) -> ObjectKey | None:
        """The ConnectUser that it refers to, if it refers to one."""
        if self.spec is None or self.spec.user_ref is UNSET:
            return None
        return ObjectKey(self.metadata.namespace, self.spec.user_ref.name)

    @property
    def created(self) -> float:
        """When it was created, in epoch seconds."""
        return epoch(self.metadata.creation_timestamp) or 0.0

    @property
    def deadline(self) -> float:
        """Until when a call may be made, in epoch seconds; it counts from the creation of the object."""
        return self.created + (self.spec.active_deadline_seconds if self.spec is not None else 0.0)

    @property
    def expires(self) -> float | None:
        """When it is to be deleted, in epoch seconds; None for one that has not ended or is to stay."""
        if not self.finished or self.spec is None or self.spec.ttl_seconds_after_finished is UNSET:
            return None
        ended = epoch(self.status.completion_time) if self.status.completion_time is not UNSET else None
        return None if ended is None else ended + self.spec.ttl_seconds_after_finished


class ContactView(NamedTuple):
    """What DescribeContact shows: the user who accepted it ("" for nobody), and whether it is queued or has ended.

    An agent who had it before it was queued (again) does not count. An offer that nobody has accepted yet shows nowhere
    (Contact has no state: service model).
    """

    agent_id: str
    queued: bool
    ended: bool


def parse_assignment(raw: dict[str, Any]) -> ConnectContactAssignment:
    """A ConnectContactAssignment from the API server's JSON."""
    return parsed(raw, ConnectContactAssignment, AssignmentSpec, AssignmentStatus)
