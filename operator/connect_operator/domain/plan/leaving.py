"""When a user is active, and what an inactive one has in place of its own profiles. Pure; the time is an argument.

A user is active from `activeFrom` until `activeUntil`, unless `state` says otherwise. Before, it is not created; one
that exists already is inactive. An inactive user keeps its id, its history and everything else that its manifest says.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

import msgspec
from msgspec import UNSET, UnsetType

from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.connect.references import CatalogKind, Unresolved
from connect_operator.domain.connect.user import ObservedUser
from connect_operator.domain.kinds.spec import ConnectUserSpec, InactiveProfiles
from connect_operator.domain.plan.changes import Call
from connect_operator.domain.plan.desired import Catalogs, Resolution
from connect_operator.domain.text.timestamps import epoch

SECURITY, ROUTING = "UpdateUserSecurityProfiles", "UpdateUserRoutingProfile"
PROFILE_CALLS = frozenset({SECURITY, ROUTING})
DELETION, DEACTIVATION, REMOVAL = "Deletion", "Deactivation", "SecurityProfileRemoval"
"""On what occasions sessions are ended: the values of endSessions."""
_FIELDS = frozenset({"routingProfileId", "routingProfileName", "securityProfileIds", "securityProfileNames"})


class Phase(enum.Enum):
    """How a manifest wants its user to be at a time."""

    SCHEDULED = "before activeFrom: not created; one that exists is inactive"
    ACTIVE = "as the manifest says"
    INACTIVE = "by state, or since activeUntil"


def phase(spec: ConnectUserSpec, now: float) -> Phase:
    """The phase at that time (epoch seconds).

    The API server lets some texts pass that are no time (an offset of 99 hours): then nobody is let in.
    """
    begin, end = _time(spec.active_from, unread=float("inf")), _time(spec.active_until, unread=float("-inf"))
    if begin is not None and now < begin:
        return Phase.SCHEDULED
    if spec.state == "Inactive" or (end is not None and now >= end):
        return Phase.INACTIVE
    return Phase.ACTIVE


def next_change(spec: ConnectUserSpec, now: float) -> float | None:
    """When the phase may be another one, in epoch seconds; None for never."""
    times = (_time(spec.active_from, unread=now), _time(spec.active_until, unread=now))
    return min((each for each in times if each is not None and each > now), default=None)


def why_inactive(spec: ConnectUserSpec, now: float) -> str:
    """Which field makes the user inactive, in words."""
    if phase(spec, now) is Phase.SCHEDULED:
        return f"spec.activeFrom is {spec.active_from}"
    return "spec.state is Inactive" if spec.state == "Inactive" else f"spec.activeUntil was {spec.active_until}"


def with_profiles(spec: ConnectUserSpec, profiles: InactiveProfiles | UnsetType) -> ConnectUserSpec:
    """The manifest with those profiles in place of its own; without any, its profiles are left as they are."""
    given = InactiveProfiles() if profiles is UNSET else profiles
    return msgspec.structs.replace(
        spec,
        security_profile_names=given.security_profile_names,
        security_profile_ids=given.security_profile_ids,
        routing_profile_name=given.routing_profile_name,
        routing_profile_id=given.routing_profile_id,
    )


def blamed(resolution: Resolution, instance: str) -> Resolution:
    """The same, with what does not resolve blamed on the ConnectInstance, whose `inactive` names it."""
    told = tuple(_blamed(each, instance) for each in resolution.unresolved)
    return msgspec.structs.replace(resolution, unresolved=told)


def _blamed(each: Unresolved, instance: str) -> Unresolved:
    if each.field not in _FIELDS:
        return each
    text = each.message.replace(f"spec.{each.field}:", f"ConnectInstance {instance}, spec.inactive.{each.field}:", 1)
    return each._replace(message=text)


def taken_away(call: Call, user: ObservedUser) -> tuple[str, ...]:
    """The security profiles that the call takes from the user, by id."""
    if call.operation != SECURITY:
        return ()
    return tuple(
        each for each in user.security_profile_ids if each not in call.parameters.get("SecurityProfileIds", ())
    )


def security_first(calls: Iterable[Call]) -> tuple[Call, ...]:
    """The calls that make a user inactive: what takes rights away goes first."""
    return tuple(sorted(calls, key=lambda call: (call.operation != SECURITY, call.operation != ROUTING)))


def names(profiles: InactiveProfiles | UnsetType, catalogs: Catalogs) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the security profiles and of the routing profile that inactive users have."""
    if profiles is UNSET:
        return (), ()
    security = profiles.security_profile_names, profiles.security_profile_ids
    routing = _one(profiles.routing_profile_name), _one(profiles.routing_profile_id)
    return (
        _named(*security, CatalogKind.SECURITY_PROFILE, catalogs),
        _named(*routing, CatalogKind.ROUTING_PROFILE, catalogs),
    )


def _one(value: str | UnsetType) -> tuple[str, ...] | UnsetType:
    return UNSET if value is UNSET else (value,)


def _named(
    told: tuple[str, ...] | UnsetType, ids: tuple[str, ...] | UnsetType, kind: CatalogKind, catalogs: Catalogs
) -> tuple[str, ...]:
    if told is not UNSET:
        return told
    wanted = set() if ids is UNSET else {bare_id(each) for each in ids}
    return tuple(entry.name for entry in catalogs.get(kind, ()) if entry.id in wanted)


def _time(text: str | UnsetType, *, unread: float) -> float | None:
    """The time, None where none is given; `unread` in place of what cannot be read as one."""
    if text is UNSET:
        return None
    time = epoch(text)
    return unread if time is None else time
