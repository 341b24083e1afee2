"""What is said of a ConnectInstance in one sentence: what waits, what keeps it, what is wrong, or that all is well."""

from __future__ import annotations

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.instance_finalizer import InstanceFinalizer
from connect_operator.domain.kinds.objects import ConnectInstance
from connect_operator.engine.instances.deletion_guard import Guard
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.users.counts import UserCounter

_NAMED = 5


def verdict_on(
    manifest: ConnectInstance, instance: Instance, guard: Guard, counter: UserCounter, finalizer: InstanceFinalizer
) -> Verdict:
    """What Ready says of it: the worst that there is to be told, or that all is well."""
    paused = guard.waiting_message(instance)
    if paused:
        return Verdict(reason=Reason.DELETIONS_PAUSED, message=paused)
    if manifest.deleting:
        blocking = [str(user.key) for user in counter.dependants(manifest, instance)]
        if not blocking:
            left = ", ".join(finalizer.taken_off(manifest.metadata.finalizers))
            message = f"is to be deleted; it stays until others take their finalizers off: {left or 'none is left'}"
            return Verdict(reason=Reason.DELETING, message=message)
        return Verdict(reason=Reason.DELETING, message=_needed(blocking))
    if instance.problem is not None:
        return instance.problem
    if not instance.observed:
        return Verdict(reason=Reason.UPDATING, message="reading the instance for the first time")
    no_window = instance.hours.problem(instance.spec.drift_repair)
    if no_window:
        return Verdict(reason=Reason.INVALID_SPEC, message=no_window)
    ignored = guard.ignored(instance)
    return Verdict(reason=Reason.AVAILABLE, message=_observed(instance), note=ignored)


def _needed(blocking: list[str]) -> str:
    """What keeps a ConnectInstance that is to be deleted, and both ways out."""
    count = "1 ConnectUser still needs" if len(blocking) == 1 else f"{len(blocking)} ConnectUsers still need"
    some = ", ".join(blocking[:_NAMED]) + (" …" if len(blocking) > _NAMED else "")
    return (
        f"is to be deleted, but {count} it ({some}), and no new user is made through it meanwhile. Either delete those "
        "objects, with deletionPolicy: Retain if their users are to stay in Connect; or keep them: put spec.instanceId "
        "in place of their spec.instanceRef and create another ConnectInstance for that instance"
    )


def _observed(instance: Instance) -> str:
    """That all is well, and where others use the quota."""
    slowed = instance.slowed()
    if not slowed:
        return "the instance is observed"
    return (
        f"the instance is observed; Connect throttles {', '.join(slowed)}, since others use the same quota or "
        "spec.apiRates is above it, so these are called more slowly for now"
    )
