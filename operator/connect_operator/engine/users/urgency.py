"""With which priority a call of a pass waits for its turn."""

from __future__ import annotations

from msgspec import UNSET

from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.engine.pace.hurry import hurry
from connect_operator.engine.pace.quota import Priority
from connect_operator.engine.users.decide_leaving import is_urgent
from connect_operator.engine.users.findings import was_refused
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.situation import Decision
from connect_operator.engine.users.waiting import is_repair


def priority_of(user: ConnectUser, memory: Memory, decision: Decision, *, edited: bool, now: float) -> Priority:
    """The priority. `edited`: a person's edit woke the object; `now` in monotonic seconds."""
    if user.deleting:
        return Priority.DELETION
    if is_repair(decision) and not is_urgent(decision):
        return Priority.BACKLOG
    priority = _of_manifest(user, memory, edited=edited, now=now)
    # Who is to lose access does not wait behind the backlog.
    return min(priority, Priority.DELETION) if is_urgent(decision) else priority


def _of_manifest(user: ConnectUser, memory: Memory, *, edited: bool, now: float) -> Priority:
    known = memory.user_id or user.status.user_id is not UNSET
    if not known or not edited:
        return Priority.DRIFT if known or was_refused(user) else Priority.BACKLOG
    return Priority.BACKLOG if hurry(memory.patience.hurried, user.metadata.generation, now) is None else Priority.EDIT
