"""Where news about assignments comes in: takes what the watch delivers, and wakes those who are concerned.

Its methods neither wait nor raise. What to do about an object is decided in the passes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import UNSET

from connect_operator.domain.kinds.assignment import ConnectContactAssignment
from connect_operator.domain.kinds.objects import ConnectUser, ObjectKey, Version
from connect_operator.domain.kinds.status import find_condition
from connect_operator.engine.assignments.memory import AssignmentMemories
from connect_operator.engine.assignments.store import AssignmentStore
from connect_operator.engine.pace.contests import Contests
from connect_operator.engine.pace.scheduler import Scheduler
from connect_operator.engine.store import Store
from connect_operator.engine.stubs import short_of


class _Shown(NamedTuple):
    """What an assignment goes by: the user, and as long as there is none, why."""

    user: tuple[object, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssignmentController:
    """One for all assignments; `scheduler` is theirs alone. `_shown`: the users that some wait for, as last told."""

    assignments: AssignmentStore
    memories: AssignmentMemories
    scheduler: Scheduler
    store: Store
    contests: Contests = field(default_factory=Contests)
    _shown: dict[ObjectKey, _Shown] = field(default_factory=dict)

    def changed(self, assignment: ConnectContactAssignment) -> None:
        """An object as the API server had it."""
        if not self.store.admits(assignment):
            assignment = short_of(assignment)
        if not self.assignments.put(assignment):
            return
        if self.assignments.undone(assignment.key) is not None:
            self.contests.put_right(assignment.key, lambda: self.scheduler.wake(assignment.key))
        else:
            self.scheduler.wake(assignment.key, new=True)

    def gone(self, key: ObjectKey, uid: str, version: str = "") -> None:
        """That object does not exist any more, since that version."""
        if self.assignments.drop(key, uid, version):
            self.scheduler.wake(key)

    def known(self) -> dict[ObjectKey, Version]:
        """All of them."""
        return self.assignments.known()

    def buried(self) -> dict[ObjectKey, str]:
        """Those that are gone."""
        return self.assignments.gone.versions()

    def user_moved(self, key: ObjectKey, user: ConnectUser | None) -> None:
        """That ConnectUser is another now, or gone.

        Thousands may wait for one user, which anybody can label or edit in a loop: they are woken when it is another
        one to them, and ever more seldom where that happens again and again.
        """
        before, waiting = self._shown.pop(key, None), self.assignments.waiting_for(key)
        if not waiting:
            return
        now = _shown(user)
        if user is not None:
            self._shown[key] = now
        if before is None or before != now:
            same = before is not None and before.user == now.user
            self.contests.put_right((key, same), lambda: self._wake_waiting_for(key))

    def _wake_waiting_for(self, key: ObjectKey) -> None:
        for each in self.assignments.waiting_for(key):
            self.scheduler.wake(each)

    def instance_moved(self, name: str) -> None:
        """That ConnectInstance is another now, or gone, or can be reached again."""
        for assignment in self.assignments.open():
            found = self.store.instance_of(assignment)
            # One whose instance cannot be found may have been waiting for this very one, or have just lost it.
            if not found or any(each.metadata.name == name for each in found):
                memory = self.memories.peek(assignment.key)
                if memory is not None:
                    memory.reconsider()
                self.scheduler.wake(assignment.key)


def _shown(user: ConnectUser | None) -> _Shown:
    if user is None:
        return _Shown((), ())
    status = user.status
    why = find_condition(status.conditions, "Ready") if status.user_id is UNSET else None
    return _Shown(
        (user.deleting, status.user_id, status.instance_arn), (why.reason, why.message) if why is not None else ()
    )
