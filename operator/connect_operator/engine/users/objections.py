"""What speaks against a manifest as it stands: rules of the instance, grants of the namespace, references. Pure."""

from __future__ import annotations

from connect_operator.domain.conditions.conditions import RESOLVED, Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.remedies import explained
from connect_operator.domain.connect.tag_room import lacking
from connect_operator.domain.connect.user import ObservedUser
from connect_operator.domain.kinds.spec import UNSET
from connect_operator.domain.plan import grants, leaving
from connect_operator.domain.plan.changes import Change
from connect_operator.domain.plan.desired import Resolution
from connect_operator.domain.plan.plan import Plan, creation_digest, wanted_tags
from connect_operator.domain.rules import identity
from connect_operator.engine.users.situation import Situation


def rules(situation: Situation, *, creating: bool) -> Verdict | None:
    """A rule of the instance's identity type that the manifest breaks."""
    broken = identity.violations(
        situation.spec, situation.user.username, situation.instance.identity_type, creating=creating
    )
    return Verdict(reason=Reason.INVALID_SPEC, message="; ".join(broken)) if broken else None


def refusals(
    situation: Situation, resolution: Resolution, user: ObservedUser | None = None, todo: Plan | None = None
) -> tuple[grants.Refusal, ...]:
    """What of the manifest the namespace may not give; to a user who exists also for what the user has."""
    catalogs = situation.instance.catalogs
    grant = situation.grant
    found = grants.refusals(grant, resolution.desired, catalogs, gifts(situation))
    if user is None or todo is None:
        return found
    given = gifts(situation, as_found=True)
    # Within the window of our own writes a reading does not overrule what we wrote; here the worse of the two counts.
    shown = situation.record.shown if situation.record is not None else None
    users = (user,) if shown is None else (user, shown)
    held = (grants.address_refusals(grant, each, catalogs, todo.changes, given) for each in users)
    return (*found, *next((each for each in held if each), ()))


def gifts(situation: Situation, *, as_found: bool = False) -> grants.Gifts:
    """What the user may have beside what the namespace may give; `as_found`: where it is taken over, or has it already.

    What inactive users have is the administrator's gift.
    """
    if not as_found and not situation.inactive:
        return grants.NO_GIFTS
    return grants.Gifts(*leaving.names(situation.instance.spec.inactive, situation.instance.catalogs))


def not_granted(situation: Situation, refusals: tuple[grants.Refusal, ...]) -> Verdict | None:
    """What the manifest asks for and its namespace may not give."""
    namespace, instance = situation.user.metadata.namespace, situation.instance.name
    told = [each.told(grants.field_of(each, situation.spec), namespace, instance) for each in refusals]
    return Verdict(reason=Reason.PERMISSION_DENIED, message="; ".join(told), references=RESOLVED) if told else None


def tag_room(situation: Situation, resolution: Resolution, user: ObservedUser | None = None) -> Verdict | None:
    """More tags than Connect allows, where some are still to be put on."""
    desired = resolution.desired
    present = user.tags if user is not None else {}
    if not wanted_tags(desired).items() - present.items():
        return None
    message = lacking(desired, situation.instance.name, present)
    return Verdict(reason=Reason.INVALID_SPEC, message=message, references=RESOLVED) if message else None


def refused_creation(situation: Situation, resolution: Resolution) -> Verdict | None:
    """Why a creation that was refused is not tried again."""
    memory = situation.memory
    error = memory.writes.refusal("CreateUser", creation_digest(resolution.desired)) if memory.writes.blocked else None
    return Verdict(reason=error.reason, message=explained(error), references=RESOLVED) if error is not None else None


def unresolved(resolution: Resolution) -> Verdict | None:
    """The references that stand for nothing, or for several things."""
    if not resolution.unresolved:
        return None
    return Verdict(
        reason=resolution.unresolved[0].reason,
        message=resolution.references[2],
        references=resolution.references,
    )


def moved(situation: Situation) -> Verdict:
    """The manifest asks for another instance than the one that the user lives in."""
    # Admission lets the one form of the reference replace the other, and neither be given another value.
    by_name = situation.spec.instance_id is UNSET
    back = f"spec.instanceId: {situation.arn} in place of spec.instanceRef"
    if not by_name:
        back = f"spec.instanceRef: {{name: {situation.instance.name}}} in place of spec.instanceId"
    return Verdict(
        reason=Reason.IMMUTABLE_FIELD,
        message=f"the manifest asks for instance {situation.wanted}, but the user lives in {situation.arn}, and "
        f"Connect cannot move users; put {back}, or delete this object (deletionPolicy: Retain keeps the user) and "
        "create another",
    )


def immutable(changes: tuple[Change, ...]) -> Verdict:
    """Differences that Connect has no call for, found where a user was adopted; admission keeps the field as it is."""
    fields = "; ".join(f"spec.{change}" for change in changes)
    return Verdict(
        reason=Reason.IMMUTABLE_FIELD,
        message=f"{fields}: Connect cannot change this, nor can it be edited in this object any more; delete it with "
        "deletionPolicy: Retain and create it with the former value and adoptionPolicy: IfUnowned; or delete it and "
        "create the user anew",
    )
