"""What the cluster's objects say, counted: instances, reasons, who is stuck and why. Pure.

Stuck is whose reason is not one that goes on by itself (Stalled, or tried again with growing pauses). What was edited
since the operator last wrote about it, or has no status at all, is going on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import UNSET

from connect_operator.cli.status.assignments import Assignments, count_assignments
from connect_operator.domain.conditions.reasons import TABLE, Reason, Retry
from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.kinds.assignment import ConnectContactAssignment
from connect_operator.domain.kinds.objects import ConnectInstance, ConnectUser
from connect_operator.domain.kinds.status import Backlog, Condition, UserCounts, find_condition
from connect_operator.domain.text.timestamps import epoch

NOT_SEEN = "(not seen yet)"
NO_INSTANCE = "(none)"
_STUCK = frozenset({Retry.BACKOFF, Retry.SLOWLY, Retry.ON_EDIT})


class InstanceState(NamedTuple):
    """One ConnectInstance; `users`, `unmanaged`, `drifted` and `pending` as it reports, the rest counted here.

    `done_by`: when the waiting writes will be through, in epoch seconds; None where nothing waits.
    """

    name: str
    ready: str
    reason: str
    message: str
    identity_type: str
    users: int
    unmanaged: int
    objects: int
    ready_objects: int
    drifted: int
    pending: int
    done_by: float | None


class StuckUser(NamedTuple):
    """An object that does not go on by itself; `since` in epoch seconds, None where that is not known."""

    namespace: str
    name: str
    username: str
    instance: str
    reason: str
    message: str
    since: float | None


class DifferingUser(NamedTuple):
    """A user who differs from the manifest with leave: `ignored` by ignoreDrift, `waiting` for a window."""

    namespace: str
    name: str
    username: str
    instance: str
    ignored: tuple[str, ...]
    waiting: tuple[str, ...]


class Snapshot(NamedTuple):
    """All of it. `done` users are Ready for their present generation; done, going and stuck make the total.

    `assignments` is None where they could not be looked at.
    """

    instances: tuple[InstanceState, ...]
    reasons: Counter[str]
    stuck: tuple[StuckUser, ...]
    total: int
    done: int
    assignments: Assignments | None
    differing: tuple[DifferingUser, ...] = ()

    @property
    def going(self) -> int:
        """Objects that the operator is at, or has not seen yet."""
        return self.total - self.done - len(self.stuck)


def take_snapshot(
    users: Iterable[ConnectUser],
    instances: Iterable[ConnectInstance],
    assignments: Iterable[ConnectContactAssignment] | None = (),
) -> Snapshot:
    """Count."""
    objects = list(users)
    known = sorted(instances, key=lambda each: each.metadata.name)
    by_id = {bare_id(each.spec.instance_id): each.metadata.name for each in known if each.spec is not None}
    names = [_instance_name(user, by_id) for user in objects]
    done = [_is_done(user) for user in objects]
    stuck = [
        _stuck(user, name, condition)
        for user, name in zip(objects, names, strict=True)
        if (condition := _obstacle(user)) is not None
    ]
    every = Counter(names)
    finished = Counter(name for name, ready in zip(names, done, strict=True) if ready)
    return Snapshot(
        instances=tuple(_instance(each, every, finished) for each in known),
        reasons=Counter(_reason(user) for user in objects),
        stuck=tuple(sorted(stuck)),
        total=len(objects),
        done=sum(done),
        differing=tuple(
            sorted(_differing(user, name) for user, name in zip(objects, names, strict=True) if _differs(user))
        ),
        assignments=None if assignments is None else count_assignments(assignments, NOT_SEEN),
    )


def _current(user: ConnectUser) -> Condition | None:
    """The Ready condition, if it speaks of the present generation."""
    ready = find_condition(user.status.conditions, "Ready")
    return ready if ready is not None and ready.observed_generation == user.metadata.generation else None


def _is_done(user: ConnectUser) -> bool:
    ready = _current(user)
    return ready is not None and ready.status == "True" and not user.deleting


def _reason(user: ConnectUser) -> str:
    ready = _current(user)
    return ready.reason if ready is not None else NOT_SEEN


def _obstacle(user: ConnectUser) -> Condition | None:
    """What keeps the object from going on by itself; None when nothing does."""
    ready = _current(user)
    if ready is None or _is_done(user):
        return None
    known = ready.reason in set(Reason)
    return ready if not known or TABLE[Reason(ready.reason)].retry in _STUCK else None


def _differs(user: ConnectUser) -> bool:
    return not user.deleting and (user.status.ignored is not UNSET or _reason(user) == Reason.DRIFT_PENDING)


def _differing(user: ConnectUser, instance: str) -> DifferingUser:
    meta, status = user.metadata, user.status
    waiting = status.plan if status.plan is not UNSET and _reason(user) == Reason.DRIFT_PENDING else ()
    ignored = status.ignored if status.ignored is not UNSET else ()
    return DifferingUser(meta.namespace, meta.name, user.username, instance, ignored, waiting)


def _stuck(user: ConnectUser, instance: str, condition: Condition) -> StuckUser:
    meta = user.metadata
    return StuckUser(
        namespace=meta.namespace,
        name=meta.name,
        username=user.username,
        instance=instance,
        reason=condition.reason,
        message=condition.message,
        since=epoch(condition.last_transition_time),
    )


def _instance_name(user: ConnectUser, by_id: dict[str, str]) -> str:
    if user.spec is None:
        return NO_INSTANCE
    if user.spec.instance_ref is not UNSET:
        return user.spec.instance_ref.name
    return by_id.get(bare_id(user.spec.instance_id), NO_INSTANCE) if user.spec.instance_id is not UNSET else NO_INSTANCE


def _instance(instance: ConnectInstance, every: Counter[str], finished: Counter[str]) -> InstanceState:
    status, name = instance.status, instance.metadata.name
    ready = find_condition(status.conditions, "Ready")
    counts = status.users if status.users is not UNSET else UserCounts()
    backlog = status.backlog if status.backlog is not UNSET else Backlog()
    done_by = backlog.estimated_completion_time
    return InstanceState(
        name=name,
        ready=ready.status if ready is not None else "Unknown",
        reason=ready.reason if ready is not None else NOT_SEEN,
        message=ready.message if ready is not None else "it has no status yet; does the operator run?",
        identity_type=status.identity_management_type if status.identity_management_type is not UNSET else "",
        users=counts.total,
        unmanaged=counts.unmanaged,
        objects=every[name],
        ready_objects=finished[name],
        drifted=counts.drifted,
        pending=backlog.pending,
        done_by=epoch(done_by) if done_by is not UNSET else None,
    )
