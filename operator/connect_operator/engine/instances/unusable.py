"""Why an object cannot use an instance at present, in words that name what to do."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from msgspec import UNSET

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.arn import InstanceArn
from connect_operator.domain.kinds.assignment import ConnectContactAssignment
from connect_operator.domain.kinds.objects import ConnectInstance, ConnectUser
from connect_operator.domain.kinds.status import find_condition
from connect_operator.domain.text.near_names import hint as near_name
from connect_operator.engine.instances.homes import Unread
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.store import Store


@dataclass(frozen=True, slots=True)
class Unusable:
    """The object cannot use an instance at present. `verdict` is None until the instance was observed: wait silently.

    `final`: the object is not permitted to use it, so waiting will not help. `passing`: the instance is there, and
    cannot be read at present. `requeue_after`: seconds until it is to be asked again, where nothing else will wake the
    object.
    """

    verdict: Verdict | None
    final: bool = False
    passing: bool = False
    requeue_after: float | None = None


def elsewhere(told: InstanceArn, arn: InstanceArn, name: str) -> Verdict:
    """The ARN in the manifest is not the instance that its ConnectInstance stands for."""
    message = f"spec.instanceId: {told} is not the instance of ConnectInstance {name}, which is {arn}; correct the ARN"
    return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=message)


def unresolved(verdict: Verdict) -> Verdict:
    """The same, for the condition ReferencesResolved as well."""
    return msgspec.structs.replace(verdict, references=(False, verdict.reason.value, verdict.message))


def not_one(
    subject: ConnectUser | ConnectContactAssignment, found: tuple[ConnectInstance, ...], store: Store
) -> Verdict:
    """The reference fits no ConnectInstance, or several."""
    spec = subject.spec
    if spec is not None and spec.instance_ref is not UNSET:
        name = spec.instance_ref.name
        # Names that the namespace may use only: others are nobody's business there.
        remedy = near_name(name, store.admitting(subject.metadata.namespace)) or "create it or correct the name"
        message = f"spec.instanceRef: there is no ConnectInstance {name!r}; {remedy}"
        return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=message)
    wanted = spec.instance_id if spec is not None else ""
    if not found:
        message = f"spec.instanceId: there is no ConnectInstance for {wanted}; an administrator has to create one"
        return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=message)
    names = ", ".join(sorted(each.metadata.name for each in found))
    message = f"spec.instanceId: {len(found)} ConnectInstances are for {wanted} ({names}); use spec.instanceRef instead"
    return Verdict(reason=Reason.REFERENCE_AMBIGUOUS, message=message)


def leaving(name: str) -> Verdict:
    """The ConnectInstance goes, and takes nobody new."""
    message = (
        f"ConnectInstance {name} is being deleted, so no user is created or taken over through it; refer to "
        "another one, or ask its administrator to take the deletion back"
    )
    return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=message)


def closed(subject: ConnectUser | ConnectContactAssignment, name: str, instance: str) -> Verdict:
    """The instance does not admit the namespace. Its name is told to those only who know it; others know its id."""
    spec = subject.spec
    known = spec is not None and spec.instance_ref is not UNSET and spec.instance_ref.name == name
    which = f"ConnectInstance {name}" if known else f"the ConnectInstance for {instance}"
    return Verdict(
        reason=Reason.PERMISSION_DENIED,
        message=f"namespace {subject.metadata.namespace!r} may not use {which}: it is not in its "
        "spec.allowedNamespaces; ask the instance's administrator to add it",
    )


def not_observed(user: ConnectUser, instance: Instance | None) -> Verdict | None:
    """Why the instance has not been observed yet. A user that was Ready stays so: nothing is known against it."""
    ready = find_condition(user.status.conditions, "Ready")
    if instance is None or instance.problem is None or (ready is not None and ready.status == "True"):
        return None
    return not_ready(instance.name, instance.problem)


def may_hold(unread: Unread) -> Verdict:
    """An instance that cannot be read may hold the object's user, whatever its status says."""
    problem = not_ready(unread.name, unread.problem)
    return Verdict(reason=problem.reason, message=f"{problem.message}; this object's user may be there")


def not_ready(name: str, problem: Verdict) -> Verdict:
    """The ConnectInstance says itself what is wrong with it."""
    return Verdict(reason=problem.reason, message=f"ConnectInstance {name} is not ready: {problem.message}")
