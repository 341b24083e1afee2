"""The deletions of one Connect instance in numbers: what waits, what was confirmed, what was carried out lately.

All ConnectInstances of one Connect instance share one wave. Every question costs the same, however many deletions wait.
What has to outlive the process (a pause, and what was carried out) is kept in the status of the ConnectInstance. Others
may have written that, so what is read there can only add to a pause, never end one.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass, field

from msgspec import UNSET, UnsetType

from connect_operator.domain.kinds.spec import DeletionGuard
from connect_operator.domain.kinds.status import CarriedOut, Deletions
from connect_operator.domain.text.timestamps import epoch, rfc3339, seconds

_PERCENT = 100.0
# Deletions that lie closer together than this part of the window are remembered as one entry.
_STEPS = 12.0
# Nobody deletes more than that by hand or by prune within a window; a larger number in status is somebody's joke.
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What the guard allows: the spec of each ConnectInstance of this Connect instance, the strictest counts."""

    guards: tuple[DeletionGuard, ...] = (DeletionGuard(),)

    @property
    def window(self) -> float:
        """For how many seconds a deletion that was carried out counts."""
        return max(seconds(each.window) for each in self.guards)

    def most(self, users: int) -> float:
        """How many deletions may be pending or carried out within the window, of so many users."""
        return min(allowed(users, each) for each in self.guards)


def allowed(users: int, guard: DeletionGuard) -> float:
    """How many deletions one guard lets pass, of so many users."""
    most = guard.max_pending
    if isinstance(most, str):
        share = float(most.removesuffix("%")) / _PERCENT if most.endswith("%") else None
        number = users * share if share is not None else float(most)
    else:
        number = float(most)
    return max(number, float(guard.min_pending))


@dataclass(slots=True)
class Wave:
    """Times in epoch seconds. `pending`: when the deletion of each object (uid) that deletes a user was asked for.

    Of those, `deactivated` are to be locked out, not deleted, `unproven` may have no user: only status says so, which
    others may have written, so where they make it too many (`crowded`) they wait themselves (`stuck`) and hold no
    others, `confirmed` are what an administrator let pass, `refused` what Connect did not delete, `uninstalling` what
    waits because something is being uninstalled, with the words for it. `paused_since`: the latch, for what is not
    confirmed. `carried_out`: last time and number, the oldest first. `users`: how many users in Connect this cluster
    owns, by the last count of an inventory of `size` users, at `counted` (monotonic). `stale`: the pending ones have to
    be counted anew. `last_requested`: when a deletion was last asked for. `torn`: by ConnectInstance and namespace,
    when (monotonic) it was last read what is being uninstalled, and what that is. `covered`: the last confirmation let
    something pass.
    """

    pending: dict[str, float] = field(default_factory=dict)
    deactivated: set[str] = field(default_factory=set)
    unproven: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    uninstalling: dict[str, str] = field(default_factory=dict)
    carried_out: list[tuple[float, int]] = field(default_factory=list)
    paused_since: float | None = None
    users: int = 0
    size: int = -1
    counted: float = float("-inf")
    stale: bool = True
    last_requested: float = float("-inf")
    torn: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)
    limits: Limits = Limits()
    covered: bool = False
    crowded: bool = False
    _judged: bool = False
    _heeded: Hashable = None
    _recalled: set[str] = field(default_factory=set)

    @property
    def waiting(self) -> int:
        """How many deletions nobody has confirmed."""
        return len(self.pending) - len(self.confirmed)

    @property
    def paused(self) -> bool:
        """Whether what is not confirmed waits."""
        return self.paused_since is not None

    @property
    def deactivating(self) -> int:
        """How many of those only lock their user out."""
        return len(self.deactivated - self.confirmed)

    @property
    def deleting(self) -> int:
        """How many of those delete one."""
        return self.waiting - self.deactivating

    def add(self, uid: str, asked: float, *, deactivates: bool = False, proven: bool = True) -> None:
        """The deletion of that object deletes a user, or locks one out; `proven`: and it has one."""
        self.pending[uid] = asked
        doubted = not proven and uid not in self.confirmed
        (self.unproven.add if doubted else self.unproven.discard)(uid)
        if doubted and self.crowded:
            self.stuck.add(uid)
        (self.deactivated.add if deactivates else self.deactivated.discard)(uid)

    def drop(self, uid: str) -> None:
        """That object deletes nobody: it is gone, or its user is to stay."""
        self.pending.pop(uid, None)
        self.deactivated.discard(uid)
        self.unproven.discard(uid)
        self.stuck.discard(uid)
        self.confirmed.discard(uid)
        self.refused.discard(uid)
        self.uninstalling.pop(uid, None)

    def note_request(self, uid: str, asked: float) -> None:
        """The deletion of that object, whose user is proven, was asked for at that time."""
        if uid in self.pending and uid not in self.unproven:
            self.last_requested = max(self.last_requested, asked)

    def note_uninstalling(self, uid: str, what: str) -> None:
        """What is being uninstalled around that object; "" for nothing."""
        if what:
            self.uninstalling[uid] = what
        else:
            self.uninstalling.pop(uid, None)

    def keep_only(self, uids: Collection[str]) -> None:
        """A full count has found these, and no others."""
        for uid in [each for each in self.pending if each not in uids]:
            self.drop(uid)

    def deleted(self, uid: str, now: float) -> None:
        """The user of that object was deleted. What was confirmed does not count against later deletions."""
        counts = uid not in self.confirmed
        self.drop(uid)
        self.users, self.size = max(0, self.users - 1), self.size - 1
        if not counts:
            return
        step = self.limits.window / _STEPS
        last, number = self.carried_out[-1] if self.carried_out else (float("-inf"), 0)
        first_of_step = step > 0 and now // step == last // step
        if first_of_step:
            self.carried_out[-1] = (now, number + 1)
        else:
            self.carried_out.append((now, 1))

    def refuse(self, uid: str) -> None:
        """Connect does not delete the user of that object."""
        if uid in self.pending:
            self.refused.add(uid)

    def lately(self, now: float) -> int:
        """How many users were deleted within the window, unconfirmed."""
        return sum(number for _, number in self._counting(now))

    def _counting(self, now: float) -> list[tuple[float, int]]:
        """What was carried out within the window, the oldest first."""
        since = now - self.limits.window
        return [each for each in self.carried_out if each[0] > since]

    def confirm(self, what: Hashable, noted: float | None) -> None:
        """An administrator has let pass what was asked for until then (None: that is not known, so what waits now).

        `what` tells one confirmation from another; None: there is none. Each is heeded once, so that it covers no more
        than what waited when it was seen. It also settles what was carried out before, which its message has named.
        """
        if what is None:
            self.confirmed.clear()
            self.refused.clear()
        elif what != self._heeded:
            self.confirmed |= {uid for uid, asked in self.pending.items() if noted is None or asked <= noted}
            self.covered = bool(self.confirmed)
            self.unproven -= self.confirmed
            self.stuck -= self.confirmed
            if self.confirmed:
                self.paused_since = None
                self.carried_out.clear()
            for uid in self.confirmed:
                self.uninstalling.pop(uid, None)
        self._heeded = what

    @property
    def over(self) -> bool:
        """Whether nothing is left of what was confirmed but what Connect refuses: the confirmation can be taken off."""
        return self.confirmed <= self.refused

    def judge(self, limits: Limits, now: float) -> None:
        """Pause what is too much. A pause ends when nothing waits, by a confirmation, or by limits that allow it."""
        lifted = self._judged and limits != self.limits
        self.limits, self._judged = limits, True
        self.carried_out = self._counting(now)
        lately = self.lately(now)
        most = limits.most(self.users + lately)
        waiting = self.waiting - len(self.unproven)
        was, self.crowded = self.crowded, self.waiting + lately > most
        if self.crowded and not was:
            self.stuck |= self.unproven
        elif lifted and not self.crowded:
            self.stuck.clear()
        if waiting == 0:
            self.paused_since = None
        elif waiting + lately > most:
            self.paused_since = now if self.paused_since is None else self.paused_since
        elif lifted:
            self.paused_since = None

    def holds(self, uid: str) -> bool:
        """Whether the deletion of that object is paused, by the last judgement."""
        return (self.paused or uid in self.stuck) and uid in self.pending and uid not in self.confirmed

    def recall(self, known: Deletions | UnsetType, manifest_uid: str, now: float) -> None:
        """Take in what an earlier process wrote into the status of a ConnectInstance; once for each."""
        if manifest_uid in self._recalled:
            return
        self._recalled.add(manifest_uid)
        if known is UNSET:
            return
        if known.paused_time and self.paused_since is None:
            noted = epoch(known.paused_time)
            self.paused_since = min(now, noted if noted is not None else now)
        told = [(min(now, epoch(each.time) or now), min(_MOST, max(0, each.count))) for each in known.carried_out]
        if sum(number for _, number in told) > sum(number for _, number in self.carried_out):
            self.carried_out = sorted(told)

    def memory(self, now: float) -> Deletions | UnsetType:
        """What a later process has to know."""
        counting = self._counting(now)
        if self.paused_since is None and not counting:
            return UNSET
        return Deletions(
            paused_time="" if self.paused_since is None else rfc3339(self.paused_since),
            carried_out=tuple(CarriedOut(time=rfc3339(time), count=number) for time, number in counting),
        )


@dataclass(slots=True)
class Waves:
    """The waves of all Connect instances, by region and bare id: two ConnectInstances of one share its wave."""

    _waves: dict[tuple[str, str], Wave] = field(default_factory=dict)

    def of(self, region: str, instance_id: str) -> Wave:
        """That of one Connect instance."""
        return self._waves.setdefault((region, instance_id), Wave())

    def __iter__(self) -> Iterator[Wave]:
        return iter(self._waves.values())
