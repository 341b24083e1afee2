"""The deletion guard: an uninstalled CRD or a wrong prune must not erase a contact centre.

More pending deletions than both numbers of the guard pause all of the instance's deletions, until an administrator
confirms this wave by an annotation. Deletions that come after the confirmation are not covered by it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from connect_operator.domain.objects import CONFIRM
from connect_operator.domain.spec import DeletionGuard

_PERCENT = 100.0


@dataclass(slots=True)
class Wave:
    """The deletions of one instance that wait, those that were confirmed, and whether the rest is paused.

    `grew`: when a deletion was last asked for, in epoch seconds; `checked`: when it was last judged, monotonic.
    """

    confirmed: frozenset[str] = frozenset()
    paused: int = 0
    checked: float = float("-inf")
    grew: float = float("-inf")

    def look(
        self, pending: Collection[str], users: int, guard: DeletionGuard, *, confirmed: Collection[str] | None
    ) -> bool:
        """Judge the pending deletions (uids) of an instance with so many users; tells whether the wave is over.

        `confirmed`: those that the confirmation covers; None: there is none. The wave is over when it was confirmed and
        nothing of it is left: then the confirmation is to be taken off.
        """
        if confirmed is not None and not self.confirmed:
            self.confirmed = frozenset(confirmed)
        over = confirmed is not None and self.confirmed.isdisjoint(pending)
        if over or confirmed is None:
            self.confirmed = frozenset()
        waiting = sum(uid not in self.confirmed for uid in pending)
        self.paused = waiting if waiting > limit(users, guard) else 0
        return over

    def holds(self, uid: str) -> bool:
        """Whether the deletion of that object is paused."""
        return self.paused > 0 and uid not in self.confirmed

    def message(self, instance: str, users: int, guard: DeletionGuard) -> str:
        """What to tell those who are paused."""
        return (
            f"{self.paused} of {users} users are to be deleted at once, more than the deletion guard of "
            f"ConnectInstance {instance} allows ({guard.max_pending} and {guard.min_pending}); "
            "if that is meant, confirm this wave: "
            f"kubectl annotate connectinstance {instance} {CONFIRM}=true"
        )


def limit(users: int, guard: DeletionGuard) -> float:
    """How many deletions may be pending in an instance with so many users."""
    most = guard.max_pending
    if isinstance(most, str):
        share = float(most.removesuffix("%")) / _PERCENT if most.endswith("%") else None
        allowed = users * share if share is not None else float(most)
    else:
        allowed = float(most)
    return max(allowed, float(guard.min_pending))
