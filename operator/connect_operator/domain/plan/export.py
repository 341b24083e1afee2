"""From an observed user to the manifest that asks for exactly that: the inverse of desired.py.

Only what differs from empty is written; what is left out stays unmanaged. Names stand for ids where they are unique.
Per-channel settings are preferred to the legacy block, which they replace; of the block is written what no list shows.
What is written makes no difference in plan.py, but for the owner tag, under any view that Connect gives of a telephone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from connect_operator.domain.connect.ownership import own_tags
from connect_operator.domain.connect.references import Catalog, CatalogKind, join_path
from connect_operator.domain.connect.user import DesiredUser, ObservedUser
from connect_operator.domain.plan import phone

Spec = dict[str, Any]
"""`spec` of a manifest as JSON types, in the order in which a person reads it."""

_LISTS = {
    "auto_accept_configs": "autoAcceptConfigs",
    "after_contact_work_configs": "afterContactWorkConfigs",
    "phone_number_configs": "phoneNumberConfigs",
    "persistent_connection_configs": "persistentConnectionConfigs",
    "voice_enhancement_configs": "voiceEnhancementConfigs",
}
# The members of the legacy block, their empty value, and the list that says the same.
_LEGACY: dict[str, tuple[str, object, str]] = {
    "phone_type": ("phoneType", "SOFT_PHONE", "phone_number_configs"),
    "auto_accept": ("autoAccept", False, "auto_accept_configs"),
    "after_contact_work_time_limit": ("afterContactWorkTimeLimit", 0, "after_contact_work_configs"),
    "desk_phone_number": ("deskPhoneNumber", "", "phone_number_configs"),
    "persistent_connection": ("persistentConnection", False, "persistent_connection_configs"),
}


def export(user: ObservedUser, identity_type: str, catalogs: Mapping[CatalogKind, Catalog]) -> Spec:
    """The spec of a user, but for what refers to the instance and for policies. No secret is in it."""
    spec: Spec = {"username": user.username}
    spec |= _filled("identityInfo", _identity(user, identity_type))
    if user.directory_user_id and identity_type == "EXISTING_DIRECTORY":
        spec["directoryUserId"] = user.directory_user_id
    spec |= _routing(user, catalogs)
    spec |= _security(user, catalogs)
    spec |= _hierarchy(user, catalogs)
    spec |= _phone(user)
    if user.proficiencies is not UNSET:
        spec |= _filled("proficiencies", [_with_whole_level(msgspec.to_builtins(each)) for each in user.proficiencies])
    return spec | _filled("tags", dict(sorted(own_tags(user.tags).items())))


def _filled(field: str, value: dict[str, Any] | list[Any]) -> Spec:
    return {field: value} if value else {}


def _identity(user: ObservedUser, identity_type: str) -> dict[str, str]:
    """What the instance lets a manifest manage: a directory owns the names, and SAML users have no e-mail."""
    contact = {} if user.contact is UNSET else msgspec.to_builtins(user.contact)
    members = {
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": contact.get("email", ""),
        "secondaryEmail": contact.get("secondary_email", ""),
        "mobile": contact.get("mobile", ""),
    }
    others = {"EXISTING_DIRECTORY": ("firstName", "lastName", "email"), "SAML": ("email",)}.get(identity_type, ())
    return {name: value for name, value in members.items() if value and name not in others}


def _routing(user: ObservedUser, catalogs: Mapping[CatalogKind, Catalog]) -> Spec:
    if not user.routing_profile_id:
        return {}
    name = _unique_name(catalogs.get(CatalogKind.ROUTING_PROFILE, ()), user.routing_profile_id)
    return {"routingProfileName": name} if name else {"routingProfileId": user.routing_profile_id}


def _security(user: ObservedUser, catalogs: Mapping[CatalogKind, Catalog]) -> Spec:
    """All by name or all by id: a manifest has one of the two lists."""
    if not user.security_profile_ids:
        return {}
    catalog = catalogs.get(CatalogKind.SECURITY_PROFILE, ())
    names = [_unique_name(catalog, each) for each in user.security_profile_ids]
    if all(names):
        return {"securityProfileNames": sorted(filter(None, names))}
    return {"securityProfileIds": sorted(user.security_profile_ids)}


def _hierarchy(user: ObservedUser, catalogs: Mapping[CatalogKind, Catalog]) -> Spec:
    if not user.hierarchy_group_id:
        return {}
    catalog = catalogs.get(CatalogKind.HIERARCHY_GROUP, ())
    path = next((entry.path for entry in catalog if entry.id == user.hierarchy_group_id), ())
    if path and all(path) and sum(entry.path == path for entry in catalog) == 1:
        return {"hierarchyGroupPath": join_path(path)}
    return {"hierarchyGroupId": user.hierarchy_group_id}


def _unique_name(catalog: Catalog, wanted: str) -> str:
    """The name of that id, "" when it has none, or shares it with another."""
    name = next((entry.name for entry in catalog if entry.id == wanted), "")
    return name if sum(entry.name == name for entry in catalog) == 1 else ""


def _phone(user: ObservedUser) -> Spec:
    legacy = {
        field: value
        for name, (field, empty, twin) in _LEGACY.items()
        if not getattr(user, twin) and (value := getattr(user.phone_config, name)) is not UNSET and value != empty
    }
    spec = _filled("phoneConfig", legacy)
    for name, field in _LISTS.items():
        entries = getattr(user, name)
        said = [] if entries is UNSET else [each for each in entries if not _goes_without_saying(name, each)]
        spec |= _filled(field, [_without_empty(msgspec.to_builtins(each)) for each in said])
    return spec


def _goes_without_saying(name: str, entry: object) -> bool:
    """Whether a manifest that lists nothing is content with that entry; the plan is asked, which decides it."""
    current: dict[str, Any] = {"user_id": "", "arn": "", "username": "", name: (entry,)}
    wanted: dict[str, Any] = {"username": "", name: ()}
    return not phone.calls(DesiredUser(**wanted), ObservedUser(**current))


def _without_empty(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if value != ""}


def _with_whole_level(entry: dict[str, Any]) -> dict[str, Any]:
    level = entry["level"]
    return {**entry, "level": int(level)} if float(level).is_integer() else entry
