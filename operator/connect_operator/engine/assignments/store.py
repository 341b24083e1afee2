"""The latest version of every ConnectContactAssignment, and which of them are still open. No decision is made here."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from connect_operator.domain.kinds.assignment import AssignmentStatus, ConnectContactAssignment
from connect_operator.domain.kinds.objects import ObjectKey, Version
from connect_operator.engine.tombstones import Tombstones, is_older


class AssignmentStore:
    """Fed by the watch and by the operator's own writes, whose answers are newer than the watch."""

    def __init__(self) -> None:
        self._all: dict[ObjectKey, ConnectContactAssignment] = {}
        self._open: set[ObjectKey] = set()
        self._waiting_for: dict[ObjectKey, set[ObjectKey]] = {}
        self.gone = Tombstones()
        self._endings: dict[ObjectKey, tuple[str, bytes]] = {}
        self._undone: set[ObjectKey] = set()

    def put(self, assignment: ConnectContactAssignment) -> bool:
        """Take in a version; tells whether there is anything to do about it.

        One that is older than what is known of that name is ignored.
        """
        known = self._all.get(assignment.key)
        if known is not None and is_older(assignment.metadata, known.metadata):
            return False
        if self.gone.covers(assignment.key, assignment.metadata):
            return False
        self.gone.lift(assignment.key)
        if known is not None:
            if (known.metadata.uid, known.metadata.resource_version) == (
                assignment.metadata.uid,
                assignment.metadata.resource_version,
            ):
                return False
            self._close(known)
        if self._undoes(assignment):
            self._all[assignment.key] = assignment
            self._undone.add(assignment.key)
            return True
        self._undone.discard(assignment.key)
        if assignment.finished:
            self._endings[assignment.key] = (assignment.metadata.uid, msgspec.json.encode(assignment.status))
        stays = assignment.finished and assignment.expires is None
        self._all[assignment.key] = _remains(assignment) if stays else assignment
        if not assignment.finished:
            self._open.add(assignment.key)
            if assignment.user_key is not None:
                self._waiting_for.setdefault(assignment.user_key, set()).add(assignment.key)
        return not assignment.finished or assignment.expires is not None

    def _undoes(self, assignment: ConnectContactAssignment) -> bool:
        """Whether the object has ended, and its status says something else now: an end is final."""
        uid, ending = self._endings.get(assignment.key, ("", b""))
        return uid == assignment.metadata.uid and msgspec.json.encode(assignment.status) != ending

    def undone(self, key: ObjectKey) -> AssignmentStatus | None:
        """How the object of that name has ended, whose status says something else now; None for all others."""
        if key not in self._undone:
            return None
        return msgspec.json.decode(self._endings[key][1], type=AssignmentStatus)

    def drop(self, key: ObjectKey, uid: str, version: str = "") -> bool:
        """Forget a deleted object; only that very one, not its successor of the same name.

        `version`: at which it was gone, where that is known.
        """
        known = self._all.get(key)
        if known is None:
            self.gone.bury(key, version)
            return False
        if known.metadata.uid != uid:
            return False
        self.gone.bury(key, known.metadata.resource_version, version)
        del self._all[key]
        self._endings.pop(key, None)
        self._undone.discard(key)
        self._close(known)
        return True

    def _close(self, assignment: ConnectContactAssignment) -> None:
        self._open.discard(assignment.key)
        user = assignment.user_key
        if user is not None and user in self._waiting_for:
            self._waiting_for[user].discard(assignment.key)
            if not self._waiting_for[user]:
                del self._waiting_for[user]

    def get(self, key: ObjectKey) -> ConnectContactAssignment | None:
        """The latest version of that object."""
        return self._all.get(key)

    def open(self) -> Iterator[ConnectContactAssignment]:
        """Those that have not ended, as of now."""
        return iter([self._all[key] for key in self._open])

    def waiting_for(self, user: ObjectKey) -> tuple[ObjectKey, ...]:
        """Those that have not ended and refer to that ConnectUser."""
        return tuple(self._waiting_for.get(user, ()))

    def known(self) -> dict[ObjectKey, Version]:
        """Which version of every object is known, to compare with a full list."""
        return {key: Version(each.metadata.uid, each.metadata.resource_version) for key, each in self._all.items()}

    def __len__(self) -> int:
        return len(self._all)


def _remains(assignment: ConnectContactAssignment) -> ConnectContactAssignment:
    """What is kept of one that has ended and stays: that it has. There may be thousands."""
    return ConnectContactAssignment(
        metadata=assignment.metadata, spec=None, status=AssignmentStatus(phase=assignment.status.phase)
    )
