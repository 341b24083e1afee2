"""The sections of a manifest that can be left to Connect: which fields belong to each, and their values in short.

A section's own value is what the manifest says, not what its names stand for: a profile that is renamed in Connect is
no edit of the manifest. Neither is another order of a set, nor an ARN in place of its id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.connect.user import DesiredUser
from connect_operator.domain.kinds.spec import ConnectUserSpec, IdentityInfo
from connect_operator.domain.plan.changes import Call, Change
from connect_operator.domain.rules.identity import in_normal_form

IDENTITY, PHONE, PROFICIENCIES, TAGS = "identityInfo", "phone", "proficiencies", "tags"
ROUTING, SECURITY, HIERARCHY = "routingProfile", "securityProfiles", "hierarchyGroup"
SECTIONS = (IDENTITY, PHONE, ROUTING, SECURITY, HIERARCHY, PROFICIENCIES, TAGS)
DEFAULT_TAGS = "defaultTags"
"""The tags that the ConnectInstance keeps on its users: they are its administrator's, and no manifest leaves them."""

_PHONE_FIELDS = (
    "phone_config",
    "auto_accept_configs",
    "after_contact_work_configs",
    "phone_number_configs",
    "persistent_connection_configs",
    "voice_enhancement_configs",
)
_FIELDS: dict[str, tuple[str, ...]] = {
    IDENTITY: ("identity_info",),
    PHONE: _PHONE_FIELDS,
    ROUTING: ("routing_profile_id",),
    SECURITY: ("security_profile_ids",),
    HIERARCHY: ("hierarchy_group_id",),
    PROFICIENCIES: ("proficiencies",),
    TAGS: ("tags",),
}
_OPERATIONS = {
    "UpdateUserIdentityInfo": IDENTITY,
    "UpdateUserPhoneConfig": PHONE,
    "UpdateUserConfig": PHONE,
    "UpdateUserRoutingProfile": ROUTING,
    "UpdateUserSecurityProfiles": SECURITY,
    "UpdateUserHierarchy": HIERARCHY,
    "AssociateUserProficiencies": PROFICIENCIES,
    "UpdateUserProficiencies": PROFICIENCIES,
    "DisassociateUserProficiencies": PROFICIENCIES,
}
_TAGGING = ("TagResource", "UntagResource")
_DIGITS = 12
_DIGITS_OF_CHANGES = 8

Changes = Iterable[tuple[str, Change]]


def by_section(calls: Iterable[Call], own_tags: Collection[str]) -> Iterator[tuple[str, Change]]:
    """Each change with the section that it belongs to. `own_tags`: the keys of the manifest's own tags."""
    for call in calls:
        for change in call.changes:
            yield section_of(call.operation, change, own_tags), change


def section_of(operation: str, change: Change, own_tags: Collection[str]) -> str:
    """The section that a change belongs to. A tag of the instance that the manifest does not set is the instance's."""
    if operation in _TAGGING:
        key = change.field.removeprefix("tags[").removesuffix("]")
        return TAGS if operation == "UntagResource" or key in own_tags else DEFAULT_TAGS
    return _OPERATIONS[operation]


def without(desired: DesiredUser, sections: Collection[str]) -> DesiredUser:
    """The same user, with these sections left alone."""
    if not sections:
        return desired
    left: dict[str, Any] = {field: UNSET for section in sections for field in _FIELDS.get(section, ())}
    if TAGS in sections:
        # What the manifest says wins over the instance, also where it is left alone.
        own = desired.tags if desired.tags is not UNSET else {}
        left["default_tags"] = {key: value for key, value in desired.default_tags.items() if key not in own}
    if DEFAULT_TAGS in sections and (TAGS in sections or desired.tags is UNSET):
        # Where the manifest's own tags are put on, the complete set is, and these belong to it.
        left["default_tags"] = {}
    return msgspec.structs.replace(desired, **left)


def digests(spec: ConnectUserSpec, default_tags: dict[str, str], salt: str) -> dict[str, str]:
    """The value of each section that the manifest has, in short. `salt`: of which object and user."""
    values: dict[str, Any] = {
        IDENTITY: _identity(spec.identity_info),
        PHONE: _phone(spec),
        ROUTING: _reference(spec.routing_profile_id, spec.routing_profile_name),
        SECURITY: _set(spec.security_profile_ids, spec.security_profile_names),
        HIERARCHY: _reference(spec.hierarchy_group_id, spec.hierarchy_group_path),
        PROFICIENCIES: _sorted(spec.proficiencies),
        TAGS: spec.tags,
        DEFAULT_TAGS: default_tags or UNSET,
    }
    return {
        section: _short(salt, section, msgspec.json.encode(value, order="sorted"), _DIGITS)
        for section, value in values.items()
        if value is not UNSET
    }


def change_digest(change: Change, salt: str) -> str:
    """One difference in short."""
    return _short(salt, "change", str(change).encode(), _DIGITS_OF_CHANGES)


def _short(salt: str, section: str, value: bytes, digits: int) -> str:
    return hashlib.sha256(b"\0".join((salt.encode(), section.encode(), value))).hexdigest()[:digits]


def _identity(identity: IdentityInfo | UnsetType) -> object:
    """An empty block manages nothing."""
    return UNSET if identity is UNSET or identity == IdentityInfo() else in_normal_form(identity)


def _phone(spec: ConnectUserSpec) -> object:
    values = {
        field: value if field == "phone_config" else _sorted(value)
        for field in _PHONE_FIELDS
        if (value := getattr(spec, field)) is not UNSET
    }
    return values or UNSET


def _reference(by_id: str | UnsetType, by_name: str | UnsetType) -> object:
    if by_id is not UNSET:
        return {"id": bare_id(by_id)} if by_id else ""
    return by_name if by_name in (UNSET, "") else {"name": by_name}


def _set(by_id: tuple[str, ...] | UnsetType, by_name: tuple[str, ...] | UnsetType) -> object:
    if by_id is not UNSET:
        return {"ids": sorted({bare_id(each) for each in by_id})}
    return UNSET if by_name is UNSET else {"names": sorted(set(by_name))}


def _sorted(entries: tuple[Any, ...] | UnsetType) -> Any:  # noqa: ANN401 - blocks of several kinds
    return entries if entries is UNSET else sorted(entries, key=msgspec.json.encode)
