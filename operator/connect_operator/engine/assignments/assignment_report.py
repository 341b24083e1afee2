"""Writing what a pass over an assignment concluded: one status write where it says something new, and an Event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from connect_operator.domain.conditions.assignment_status import AssignmentVerdict, concluded
from connect_operator.domain.conditions.reasons import TABLE, Reason
from connect_operator.domain.kinds.assignment import AssignmentStatus, ConnectContactAssignment, Phase
from connect_operator.domain.kinds.status import find_condition
from connect_operator.engine.assignments.memory import AssignmentMemory
from connect_operator.engine.assignments.store import AssignmentStore
from connect_operator.engine.ports import AssignmentsApi, Clock, Event, ObjectChangedError, ObjectGoneError


@dataclass(frozen=True, slots=True)
class AssignmentReporter:
    """Writes statuses. `told` is told of every reason that is written."""

    cluster: AssignmentsApi
    assignments: AssignmentStore
    clock: Clock
    told: Callable[[str], None]

    async def report(
        self, assignment: ConnectContactAssignment, memory: AssignmentMemory, verdict: AssignmentVerdict
    ) -> bool:
        """Make the status say this; False: the object is another by now, so decide anew.

        An attempt that was certainly not carried out is taken off, unless its refusal is the end; one that others have
        taken off is put back. Raises ClusterUnavailableError.
        """
        told = assignment.status.attempted_time
        stands = memory.attempted(told)
        if stands is UNSET and verdict is memory.known:
            stands = told
        status = self._status(assignment, verdict, stands)
        if status == assignment.status:
            return True
        if await self._write(assignment, status) is None:
            return False
        memory.known = None
        self._announce(assignment, verdict)
        return True

    def belated(self, assignment: ConnectContactAssignment, known: AssignmentVerdict) -> None:
        """Its end is known, but it was given up meanwhile; an end is final, so only an Event can tell the truth."""
        if known.phase.value != assignment.status.phase:
            message = f"after this object was given up it became known that its call ended thus: {known.message}"
            self.cluster.post_event(assignment, Event(reason=known.reason.value, message=message, warning=True))

    async def put_back(self, assignment: ConnectContactAssignment, ending: AssignmentStatus) -> None:
        """Have the status say how the object has ended, which somebody else has changed. An end is final."""
        await self._write(assignment, ending)

    async def attempt(self, assignment: ConnectContactAssignment, stamp: str, verdict: AssignmentVerdict) -> bool:
        """Write that a call is about to be made; False: somebody else has changed the object, so make none."""
        return await self._write(assignment, self._status(assignment, verdict, stamp)) is not None

    def _status(
        self, assignment: ConnectContactAssignment, verdict: AssignmentVerdict, attempted: str | UnsetType
    ) -> AssignmentStatus:
        return concluded(
            verdict,
            assignment.status,
            generation=assignment.metadata.generation,
            ended=self.clock.now(),
            attempted=attempted,
        )

    async def _write(
        self, assignment: ConnectContactAssignment, status: AssignmentStatus
    ) -> ConnectContactAssignment | None:
        plain: dict[str, Any] = msgspec.to_builtins(status)
        try:
            fresh = await self.cluster.write_assignment_status(assignment, plain)
        except (ObjectChangedError, ObjectGoneError):
            await self._read_again(assignment)
            return None
        self.assignments.put(fresh)
        return fresh

    async def _read_again(self, assignment: ConnectContactAssignment) -> None:
        fresh = await self.cluster.read_assignment(assignment)
        if fresh is None:
            self.assignments.drop(assignment.key, assignment.metadata.uid)
        else:
            self.assignments.put(fresh)

    def _announce(self, assignment: ConnectContactAssignment, verdict: AssignmentVerdict) -> None:
        reason = verdict.reason
        self.told(reason.value)
        before = find_condition(assignment.status.conditions, "Complete")
        final = verdict.phase is not Phase.PENDING
        quiet = isinstance(reason, Reason) and not TABLE[reason].event and not final
        if not quiet and (final or before is None or before.reason != reason.value):
            warning = verdict.phase is not Phase.ASSIGNED
            event = Event(reason=reason.value, message=verdict.message, warning=warning)
            self.cluster.post_event(assignment, event)
