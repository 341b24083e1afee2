"""Whose a user is, and making it ours: the owner tag, adoption, and two objects that ask for one username. Pure.

A part of decide.py's checklist.
"""

from __future__ import annotations

from msgspec import UNSET

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.errors import ErrorKind
from connect_operator.domain.connect.ownership import OWNER_TAG, called, may_adopt, parse_owner
from connect_operator.domain.connect.remedies import told
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.plan import grants
from connect_operator.engine.instances.record import Record
from connect_operator.engine.store import seniority
from connect_operator.engine.users import objections
from connect_operator.engine.users.situation import AddFinalizer, Conclude, Decision, Describe, Situation, Tag

_TAGGING = "TagResource"
_REMEDIES = {
    ErrorKind.DENIED: "grant connect:TagResource for this user to the operator's role (or to the instance's)",
    ErrorKind.INVALID: "make room for it among the user's 50 tags, or correct what Connect complains of, and edit this "
    "object",
}


def contested(situation: Situation) -> Decision | None:
    """Another live object asks for the same name: of two claims the older wins, so that no two ever alternate."""
    user = situation.user
    older = [rival for rival in situation.rivals if seniority(rival) < seniority(user)]
    if not older or situation.spec.management_policy == "Observe":
        return None
    message = (
        f"username {user.username!r} is also asked for by {_named(older[0], user)}, which is older and goes first; "
        "give one of them another username. To hand the user over to this object, set deletionPolicy: Retain on the "
        "other one, delete it, and set adoptionPolicy: IfUnowned here"
    )
    return Conclude(Verdict(reason=Reason.USERNAME_TAKEN, message=message))


def _named(other: ConnectUser, user: ConnectUser) -> str:
    """Another object, by name where who reads this may know it: other namespaces are other people's."""
    same = other.metadata.namespace == user.metadata.namespace
    return f"ConnectUser {other.key}" if same else "a ConnectUser of another namespace"


def owned(situation: Situation, record: Record) -> Decision | None:
    """Make the user ours, or say why it is not; None when it is."""
    user = situation.user
    if situation.own:
        if not user.has_finalizer:
            return AddFinalizer()
        tag = record.user.tags.get(OWNER_TAG)
        if tag != situation.me.tag and tag_refused(situation, record) is None:
            what = "put its owner tag back" if tag is None else "renewed its owner tag"
            return _tag(situation, record, what)
        return None
    known = situation.known_id == record.user.user_id and user.has_finalizer
    if known and OWNER_TAG in record.user.tags:
        return Conclude(_lost(situation, record))
    return contested(situation) or _adopt(situation, record, untagged=known)


def _adopt(situation: Situation, record: Record, *, untagged: bool) -> Decision:
    """A user of that name whom this object does not own yet; `untagged`: status says that it was ours."""
    user = situation.user
    asked = situation.spec.adoption_policy
    policy = situation.instance.spec.default_adoption_policy if asked is UNSET else asked
    allowed = situation.instance.spec.allowed_adoption_policies
    if policy not in allowed:
        message = (
            f"spec.adoptionPolicy: {policy} is not allowed by ConnectInstance {situation.instance.name} "
            f"({', '.join(allowed)}); ask its administrator to add {policy} to spec.allowedAdoptionPolicies there, or "
            "choose another"
        )
        return Conclude(Verdict(reason=Reason.PERMISSION_DENIED, message=message))
    refusal = may_adopt(record.user.tags, situation.me, policy, situation.is_live)
    if refusal is not None:
        # Another's user is not described to who could not take it over by any policy; one that is nobody's has to be
        # found by whoever is to decide about it.
        unowned = OWNER_TAG not in record.user.tags
        holder = f"user {record.user.user_id}" if unowned or _may_ever(situation, record) else "a user in Connect"
        message = f"username {user.username!r} is taken by {holder}: {refusal.message}"
        if untagged:
            message += (
                f". Status says that it was this object's, but only its tag can prove that: or put the tag back in "
                f"Connect, {OWNER_TAG}={situation.me.tag}"
            )
        return Conclude(Verdict(reason=Reason.USERNAME_TAKEN, message=message))
    more = _holds_more(situation, record)
    if more is not None:
        return more
    refused = tag_refused(situation, record)
    if refused is not None:
        return Conclude(refused)
    if not user.has_finalizer:
        return AddFinalizer()
    return _tag(situation, record, f"adopted (adoptionPolicy {policy})", adopts=True)


def _holds_more(situation: Situation, record: Record) -> Decision | None:
    """A user who has what the namespace may not give is not taken over: it would be the namespace's then.

    Who may take users over is told what stands against it; who only looks is not shown whom it could not take over.
    """
    user, grant = record.user, situation.grant
    if grant.email_domains is not UNSET and user.contact is UNSET:
        return Describe(user.user_id)
    found = grants.holdings(grant, user, situation.instance.catalogs, objections.gifts(situation, as_found=True))
    if not found:
        return None
    looks = situation.spec.management_policy == "Observe"
    holder, thing = ("a user in Connect", found[0].kind) if looks else (f"user {user.user_id}", found[0].thing)
    message = (
        f"username {situation.user.username!r} is taken by {holder}, who has {thing}, which namespace "
        f"{situation.user.metadata.namespace!r} may not give (allowed: {found[0].allowed}), so objects of this "
        "namespace neither take it over nor show it; ask the instance's administrator to change that in Connect, or to "
        "allow it in the namespace's entry in spec.allowedNamespaces"
    )
    return Conclude(Verdict(reason=Reason.PERMISSION_DENIED, message=message))


def hidden(situation: Situation, record: Record) -> Decision | None:
    """Why a user is not shown to an object that observes: only those are that it could adopt."""
    if situation.own:
        return None
    if not _may_ever(situation, record):
        message = (
            f"username {situation.user.username!r} is taken by a user that objects of this namespace may not take "
            "over, so it is not shown either; ask the instance's administrator to grant that in "
            "spec.allowedAdoptionPolicies (IfUnowned: users without an owner)"
        )
        return Conclude(Verdict(reason=Reason.USERNAME_TAKEN, message=message))
    return _holds_more(situation, record)


def _may_ever(situation: Situation, record: Record) -> bool:
    """Whether the object could take the user over, by whatever policy the instance allows."""
    allowed = situation.instance.spec.allowed_adoption_policies
    widest = next((policy for policy in ("Always", "IfUnowned") if policy in allowed), "Never")
    return may_adopt(record.user.tags, situation.me, widest, situation.is_live) is None


def tag_refused(situation: Situation, record: Record) -> Verdict | None:
    """Why the owner tag, which the user does not have, is not put on: Connect has refused it."""
    error = situation.memory.writes.refusal(_TAGGING)
    if error is None or record.user.tags.get(OWNER_TAG) == situation.me.tag:
        return None
    return Verdict(reason=error.reason, message=f"the owner tag {OWNER_TAG}: {told(error, _REMEDIES)}")


def _lost(situation: Situation, record: Record) -> Verdict:
    other = parse_owner(record.user.tags.get(OWNER_TAG, ""))
    holder = f"the {called(other, situation.me)}, cluster {other.cluster}" if other else "something else"
    return Verdict(
        reason=Reason.OWNERSHIP_LOST,
        message=f"user {record.user.user_id} is now tagged as owned by {holder}; it is neither changed nor deleted "
        f"from here. Delete one of the two objects, or correct the tag {OWNER_TAG} in Connect "
        f"(this object's value: {situation.me.tag})",
    )


def _tag(situation: Situation, record: Record, what: str, *, adopts: bool = False) -> Decision:
    return Tag(record.user.user_id, OWNER_TAG, situation.me.tag, what, adopts=adopts)
