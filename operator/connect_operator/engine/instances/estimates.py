"""By when what an instance has to do will be done, as its status says it: a promise stands while it is good enough."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from connect_operator.domain.kinds.status import Backlog, InstanceStatus
from connect_operator.domain.text.timestamps import epoch, rfc3339
from connect_operator.engine.instances.agenda import completion
from connect_operator.engine.instances.instance import Instance

# An estimate that has moved by less is the same to a person; it is to be right within a tenth at all times.
_ESTIMATE_STEP = 5.0
_ESTIMATE_SHARE = 0.07


def full_sweep(instance: Instance, before: InstanceStatus, now: float) -> str | UnsetType:
    """By when all that no list shows will have been read; a time that has passed stays: it was read by then."""
    known = before.full_sweep_completion_time
    told = completion(instance.agenda, instance.detail_pause(), known or "", now) if instance.observed else ""
    return told or known


def backlog(instance: Instance, before: InstanceStatus, now: float) -> Backlog:
    """The writes that wait for quota, and by when they will be done."""
    pending, left = instance.services.quota.backlog(instance.name)
    return Backlog(pending=pending, estimated_completion_time=_estimate(before, now, left, pending))


def _estimate(before: InstanceStatus, now: float, left: float, pending: int) -> str | UnsetType:
    """By when the backlog will be done; the former estimate while it is still good enough."""
    if not pending:
        return UNSET
    known = before.backlog.estimated_completion_time if before.backlog is not UNSET else UNSET
    former = epoch(known) if known is not UNSET else None
    if (
        former is not None
        and former > now
        and abs(former - (now + left)) <= max(_ESTIMATE_STEP, left * _ESTIMATE_SHARE)
    ):
        return known
    return rfc3339(now + left)
