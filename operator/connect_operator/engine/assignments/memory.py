"""What is remembered of one assignment between two passes. Losing it costs certainty, never a second call."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import UNSET, UnsetType

from connect_operator.domain.conditions.assignment_status import AssignmentVerdict
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.kinds.assignment import ConnectContactAssignment, ContactView
from connect_operator.domain.kinds.objects import ObjectKey


@dataclass(slots=True)
class AssignmentMemory:
    """One object's memory.

    `known`: how it has ended, as long as the status does not say so. `unsent`: the attemptedTimes of attempts that
    Connect has certainly not carried out. `attempt`: the attemptedTime that stands, `since_tick` when it has been
    seen; with `lost`, how its call ended, where that is known. `sent`: the attemptedTime of this process's last
    call, to the user `sent_to`; before any, the one that an earlier process left in status: both stand, whatever
    status says later. `contact`: what the last DescribeContact showed, `unseen` why it showed nothing, `looks` how
    often it was asked and `look_tick` when it is asked next. `refused`: Connect's refusal, until it is known what it
    means. `checked`: whose tags Connect was last asked for, at `checked_tick`. `trouble`: what to say until
    `retry_tick`, after so many `failures`. `said`: when it was last told what it waits for.
    """

    uid: str
    known: AssignmentVerdict | None = None
    unsent: set[str] = field(default_factory=set)
    attempt: str = ""
    since_tick: float = 0.0
    lost: str = ""
    sent: str = ""
    sent_to: str = ""
    contact: ContactView | None = None
    unseen: str = ""
    looks: int = 0
    look_tick: float = 0.0
    refused: ConnectError | None = None
    checked: str = ""
    checked_tick: float = 0.0
    trouble: AssignmentVerdict | None = None
    retry_tick: float = 0.0
    failures: int = 0
    said: float = float("-inf")

    def attempted(self, told: str | UnsetType) -> str | UnsetType:
        """The attempt that stands, UNSET for none; `told`: what status says, where others may have taken it off."""
        if self.sent and self.sent not in self.unsent:
            return self.sent
        return UNSET if told in self.unsent else told

    def notice(self, attempt: str, now: float, look_in: float) -> None:
        """An attempt stands whose outcome is not known; from now on it is to be found out."""
        if attempt != self.attempt:
            self.attempt, self.since_tick, self.look_tick = attempt, now, now + look_in
            self.contact, self.unseen, self.looks = None, "", 0

    def reconsider(self) -> None:
        """Something around the object has changed: what was in the way may be gone."""
        self.trouble, self.retry_tick = None, 0.0


class AssignmentMemories:
    """The memories of all objects, by key; a new uid starts anew."""

    def __init__(self) -> None:
        self._memories: dict[ObjectKey, AssignmentMemory] = {}

    def of(self, assignment: ConnectContactAssignment) -> AssignmentMemory:
        """The memory of that very object."""
        memory = self._memories.get(assignment.key)
        if memory is None or memory.uid != assignment.metadata.uid:
            told = assignment.status.attempted_time
            memory = AssignmentMemory(uid=assignment.metadata.uid, sent="" if told is UNSET else told)
            self._memories[assignment.key] = memory
        return memory

    def peek(self, key: ObjectKey) -> AssignmentMemory | None:
        """The memory at that key, if any."""
        return self._memories.get(key)

    def forget(self, key: ObjectKey) -> None:
        """The object is gone, or has ended."""
        self._memories.pop(key, None)
