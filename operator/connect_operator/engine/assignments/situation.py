"""What one pass over an assignment knows before it decides, and the decisions that it can come to. Data only."""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.domain.conditions.assignment_status import AssignmentVerdict
from connect_operator.domain.connect.arn import InstanceArn
from connect_operator.domain.kinds.assignment import ConnectContactAssignment
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.engine.assignments.memory import AssignmentMemory
from connect_operator.engine.assignments.permission import Reach
from connect_operator.engine.instances.unusable import Unusable


@dataclass(frozen=True, slots=True)
class AssignmentSituation:
    """The newest manifest, the instance that it may use, the ConnectUser that it refers to, and what is remembered.

    `reach`: to whom it may hand contacts there; None where it may use no instance. `now` is in epoch seconds,
    `monotonic` in monotonic ones; `find_out`: for how many seconds an outcome is sought.
    """

    assignment: ConnectContactAssignment
    memory: AssignmentMemory
    instance: InstanceArn | Unusable
    reach: Reach | None
    user: ConnectUser | None
    now: float
    monotonic: float
    find_out: float


@dataclass(frozen=True, slots=True)
class Hand:
    """Hand the contact to that user."""

    user_id: str


@dataclass(frozen=True, slots=True)
class Check:
    """Ask Connect whose that user is."""

    user_id: str


@dataclass(frozen=True, slots=True)
class Look:
    """Ask Connect who has the contact."""


@dataclass(frozen=True, slots=True)
class Conclude:
    """Say so (None: nothing new), and look again after so many seconds; a final phase ends the object."""

    verdict: AssignmentVerdict | None
    requeue_after: float | None = None


AssignmentDecision = Hand | Check | Look | Conclude
