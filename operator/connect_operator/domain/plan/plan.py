"""The plan: what to change so that Connect holds what the manifest asks for.

Pure data: `plan(desired, observed)` has no I/O, no clock and no logging. A plan is rendered (status, CLI, Events) and
executed (its calls carry AWS's own parameter names, less InstanceId and UserId). It never holds a password.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from connect_operator.domain.connect.aws_names import to_aws
from connect_operator.domain.connect.ownership import DEACTIVATED_TAG, OWNER_TAG, own_tags
from connect_operator.domain.connect.tag_room import MOST_TAGS
from connect_operator.domain.connect.unlisted import CONTACT, CONTACT_FIELDS, asked_for
from connect_operator.domain.connect.user import ContactDetails, DesiredUser, ObservedUser
from connect_operator.domain.plan import phone, proficiencies
from connect_operator.domain.plan.changes import Call, Change, shown
from connect_operator.domain.rules.identity import normal_form

_IDENTITY = "UpdateUserIdentityInfo"
# The pattern of Mobile in the service model admits no empty text.
_EMPTIABLE = {"identityInfo.email", "identityInfo.secondaryEmail"}
_NAME_FIELDS = ("first_name", "last_name")
# They cannot be updated where an existing directory has them (UpdateUserIdentityInfo's documentation).
_OF_DIRECTORIES = frozenset({"first_name", "last_name", "email"})


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The differences, the calls that remove them, and what has to be read before it can be told.

    `unseen` names what a call per user must show first, CONTACT and PROFICIENCIES of domain/connect/unlisted.py.
    `immutable` are differences that Connect has no call for.
    """

    calls: tuple[Call, ...] = ()
    immutable: tuple[Change, ...] = ()
    unseen: frozenset[str] = frozenset()

    @property
    def changes(self) -> tuple[Change, ...]:
        """All differences, those without a call last."""
        return tuple(change for call in self.calls for change in call.changes) + self.immutable

    @property
    def lines(self) -> tuple[str, ...]:
        """One line a difference, for status.plan."""
        return tuple(str(change) for change in self.changes)


def plan(
    desired: DesiredUser, observed: ObservedUser, *, trust_unseen: bool = False, insist: frozenset[str] = frozenset()
) -> Plan:
    """What to do so that `observed` becomes `desired`; fields that `desired` leaves UNSET are never touched.

    `trust_unseen`: what was not read is taken to be as it was when last verified.
    `insist`: operations that were acknowledged once without effect; what they empty is now said explicitly, in case
    that Connect merges where it was taken to replace.
    """
    calls: list[Call] = []
    for section in _SECTIONS:
        calls += section(desired, observed, insist)
    unseen = frozenset() if trust_unseen else _unseen(desired, observed, calls)
    return Plan(calls=tuple(calls), immutable=tuple(_immutable(desired, observed)), unseen=unseen)


def create_parameters(desired: DesiredUser, owner_tag: str) -> dict[str, Any]:
    """CreateUser's parameters, less InstanceId and Password: everything that call takes, and the owner tag."""
    blocks = {
        "identity_info": desired.identity_info,
        "phone_config": desired.phone_config,
        "directory_user_id": desired.directory_user_id,
        "security_profile_ids": desired.security_profile_ids,
        "routing_profile_id": desired.routing_profile_id,
        "hierarchy_group_id": desired.hierarchy_group_id,
        "auto_accept_configs": desired.auto_accept_configs,
        "after_contact_work_configs": desired.after_contact_work_configs,
        "phone_number_configs": desired.phone_number_configs,
        "persistent_connection_configs": desired.persistent_connection_configs,
        "voice_enhancement_configs": desired.voice_enhancement_configs,
    }
    members = {
        _camel(name): _without_empty(msgspec.to_builtins(value)) for name, value in blocks.items() if value is not UNSET
    }
    wanted = to_aws({name: value for name, value in members.items() if value not in ("", [], {})})
    return {"Username": desired.username, **wanted, "Tags": {**wanted_tags(desired), OWNER_TAG: owner_tag}}


def creation_digest(desired: DesiredUser) -> str:
    """All that CreateUser would ask for, in short, whoever is to own the user."""
    return hashlib.sha256(msgspec.json.encode(create_parameters(desired, ""), order="sorted")).hexdigest()


def proficiency_parameters(desired: DesiredUser) -> dict[str, Any] | None:
    """AssociateUserProficiencies' parameters for a new user; None when there are none to associate."""
    if desired.proficiencies is UNSET or not desired.proficiencies:
        return None
    return {"UserProficiencies": to_aws(desired.proficiencies)}


def _without_empty(value: Any) -> Any:  # noqa: ANN401 - any JSON-like value
    """A block less its empty strings: a new user has nothing to clear."""
    if isinstance(value, dict):
        return {key: member for key, member in value.items() if member != ""}
    return list(value) if isinstance(value, tuple) else value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _identity(desired: DesiredUser, observed: ObservedUser, insist: frozenset[str]) -> list[Call]:
    wanted = desired.identity_info
    if wanted is UNSET:
        return []
    contact = observed.contact if observed.contact is not UNSET else None
    # Connect takes composed names only; one that it holds decomposed is the same name, and no reason to write.
    current = {"first_name": normal_form(observed.first_name), "last_name": normal_form(observed.last_name)}
    if contact is not None:
        current |= {field: getattr(contact, field) for field in CONTACT_FIELDS}
    changes = tuple(
        Change(field=f"identityInfo.{_camel(field)}", old=shown(current[field]), new=shown(value))
        for field in (*_NAME_FIELDS, *CONTACT_FIELDS)
        if field in current and (value := getattr(wanted, field)) is not UNSET and value != current[field]
    )
    if not changes:
        return []
    # Replace or merge is undocumented: the complete block is sent, so both give the same. An emptied member is left
    # out at first, and sent as "" when that had no effect.
    emptied = {change.field for change in changes} & _EMPTIABLE if _IDENTITY in insist else set()
    # An existing directory's own members are named only where the manifest asks for something else, for the refusal.
    changed = {change.field for change in changes}
    sent = [
        field
        for field in (*_NAME_FIELDS, *CONTACT_FIELDS)
        if not (desired.by_directory and field in _OF_DIRECTORIES) or f"identityInfo.{_camel(field)}" in changed
    ]
    merged = {
        _camel(field): value
        for field in sent
        if (value := current.get(field, "") if getattr(wanted, field) is UNSET else getattr(wanted, field)) != ""
        or f"identityInfo.{_camel(field)}" in emptied
    }
    needs = frozenset() if contact is not None else frozenset({CONTACT})
    return [Call(_IDENTITY, {"IdentityInfo": to_aws(merged)}, changes, needs)]


def _phone(desired: DesiredUser, observed: ObservedUser, insist: frozenset[str]) -> list[Call]:
    return phone.calls(desired, observed, insist="UpdateUserConfig" in insist)


def _routing(desired: DesiredUser, observed: ObservedUser, _insist: frozenset[str]) -> list[Call]:
    wanted = desired.routing_profile_id
    if wanted is UNSET or wanted == observed.routing_profile_id:
        return []
    change = Change(field="routingProfileId", old=shown(observed.routing_profile_id), new=shown(wanted))
    return [Call("UpdateUserRoutingProfile", {"RoutingProfileId": wanted}, (change,))]


def _security(desired: DesiredUser, observed: ObservedUser, _insist: frozenset[str]) -> list[Call]:
    wanted = desired.security_profile_ids
    if wanted is UNSET or set(wanted) == set(observed.security_profile_ids):
        return []
    change = Change(
        field="securityProfileIds", old=shown(sorted(observed.security_profile_ids)), new=shown(sorted(wanted))
    )
    return [Call("UpdateUserSecurityProfiles", {"SecurityProfileIds": sorted(wanted)}, (change,))]


def _hierarchy(desired: DesiredUser, observed: ObservedUser, _insist: frozenset[str]) -> list[Call]:
    wanted = desired.hierarchy_group_id
    if wanted is UNSET or wanted == observed.hierarchy_group_id:
        return []
    change = Change(field="hierarchyGroupId", old=shown(observed.hierarchy_group_id), new=shown(wanted))
    # Without the member the call takes the user out of the hierarchy (strong inference from three public sources).
    return [Call("UpdateUserHierarchy", {"HierarchyGroupId": wanted} if wanted else {}, (change,))]


def _proficiencies(desired: DesiredUser, observed: ObservedUser, _insist: frozenset[str]) -> list[Call]:
    return proficiencies.calls(desired, observed)


def _tags(desired: DesiredUser, observed: ObservedUser, _insist: frozenset[str]) -> list[Call]:
    wanted, current = wanted_tags(desired), own_tags(observed.tags)
    added = {key: value for key, value in wanted.items() if current.get(key) != value}
    dropped = [] if desired.tags is UNSET else sorted(set(current) - set(wanted))
    if DEACTIVATED_TAG in observed.tags:
        dropped.append(DEACTIVATED_TAG)  # a manifest asks for the user again, whatever its state
    # Added first, so that a rule which looks for a tag finds the old or the new one; but for those that make room.
    room = max(0, len(observed.tags.keys() | added.keys()) - MOST_TAGS) if added else 0
    tagging = [Call("TagResource", {"tags": added}, _added_tags(added, current))] if added else []
    return [*_untagging(dropped[:room], observed.tags), *tagging, *_untagging(dropped[room:], observed.tags)]


def _added_tags(added: Mapping[str, str], current: Mapping[str, str]) -> tuple[Change, ...]:
    return tuple(
        Change(field=f"tags[{key}]", old=shown(current.get(key, "")), new=_tag_value(value))
        for key, value in added.items()
    )


def _untagging(keys: list[str], current: Mapping[str, str]) -> list[Call]:
    changes = tuple(Change(field=f"tags[{key}]", old=_tag_value(current[key]), new=shown("")) for key in keys)
    return [Call("UntagResource", {"tagKeys": keys}, changes)] if keys else []


def wanted_tags(desired: DesiredUser) -> dict[str, str]:
    """The tags that the user is to have: the manifest's own, and those of the instance that it does not set."""
    return own_tags({**desired.default_tags, **(desired.tags if desired.tags is not UNSET else {})})


def _tag_value(value: str) -> str:
    return value or '""'


def _immutable(desired: DesiredUser, observed: ObservedUser) -> list[Change]:
    pairs = (
        ("username", desired.username, observed.username),
        ("directoryUserId", desired.directory_user_id, observed.directory_user_id),
    )
    return [
        Change(field=field, old=shown(current), new=shown(wanted))
        for field, wanted, current in pairs
        if wanted is not UNSET and wanted != current
    ]


def _unseen(desired: DesiredUser, observed: ObservedUser, calls: list[Call]) -> frozenset[str]:
    unseen = {need for call in calls for need in call.needs}
    managed = asked_for(desired.identity_info, desired.proficiencies)
    return frozenset(unseen | {name for name in managed if getattr(observed, name) is UNSET})


def acknowledged(desired: DesiredUser, *, user_id: str, arn: str, owner_tag: str) -> ObservedUser:
    """The user as Connect acknowledged it by answering CreateUser with `create_parameters`, before any observation."""
    identity = desired.identity_info

    def text(field: str) -> str:
        value = getattr(identity, field) if identity is not UNSET else UNSET
        return "" if value is UNSET else value

    def kept(value: Any, default: Any) -> Any:  # noqa: ANN401 - one of the members of a user
        return default if value is UNSET else value

    return ObservedUser(
        user_id=user_id,
        arn=arn,
        username=desired.username,
        directory_user_id=kept(desired.directory_user_id, ""),
        first_name=text("first_name"),
        last_name=text("last_name"),
        contact=ContactDetails(email=text("email"), secondary_email=text("secondary_email"), mobile=text("mobile")),
        routing_profile_id=kept(desired.routing_profile_id, ""),
        security_profile_ids=kept(desired.security_profile_ids, ()),
        hierarchy_group_id=kept(desired.hierarchy_group_id, ""),
        phone_config=kept(desired.phone_config, phone.NOTHING),
        auto_accept_configs=kept(desired.auto_accept_configs, ()),
        after_contact_work_configs=kept(desired.after_contact_work_configs, ()),
        phone_number_configs=kept(desired.phone_number_configs, ()),
        persistent_connection_configs=kept(desired.persistent_connection_configs, ()),
        voice_enhancement_configs=kept(desired.voice_enhancement_configs, ()),
        proficiencies=(),
        tags={**wanted_tags(desired), OWNER_TAG: owner_tag},
    )


_SECTIONS: tuple[Callable[[DesiredUser, ObservedUser, frozenset[str]], list[Call]], ...] = (
    _identity,
    _phone,
    _routing,
    _security,
    _hierarchy,
    _proficiencies,
    _tags,
)
