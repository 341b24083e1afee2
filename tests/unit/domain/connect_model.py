"""A small model of what Connect makes of a write, under every reading of what its documentation leaves open.

Independent of the operator's own idea of it (domain/plan/effects.py): the truth is what each channel has, and the
legacy phone block and the per-channel lists are two ways to see it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import msgspec

from connect_operator.domain.connect.aws_names import from_aws
from connect_operator.domain.connect.user import ContactDetails, ObservedUser
from connect_operator.domain.kinds.spec import PhoneConfig, Proficiency
from connect_operator.domain.plan.changes import Call

from .model_user import (
    CHANNELS,
    DEFAULT_ENTRIES,
    ENTRY_TYPES,
    FIRST_CALLBACK,
    LEGACY,
    LIMIT,
    NUMBER,
    WORK,
    ModelUser,
    Reading,
)

_IDENTITY = ("FirstName", "LastName", "Email", "SecondaryEmail", "Mobile")


def applied(call: Call, user: ModelUser, reading: Reading) -> ModelUser:
    """The user after Connect carried the call out."""
    changed = copy.deepcopy(user)
    _OPERATIONS[call.operation](changed, call.parameters, reading)
    return changed


def seen(user: ModelUser, reading: Reading) -> ObservedUser:
    """What all reads together show of the user."""
    lists: dict[str, Any] = {}
    for name, (attribute, kind) in ENTRY_TYPES.items():
        entries = [{"Channel": channel, **entry} for channel, entry in sorted(_shown_entries(user, name, reading))]
        lists[attribute] = msgspec.convert(from_aws(entries), kind)
    identity = {name: user.identity.get(name, "") for name in _IDENTITY}
    return ObservedUser(
        user_id=user.user_id,
        arn=user.arn,
        username=user.username,
        directory_user_id=user.directory_user_id,
        first_name=identity["FirstName"],
        last_name=identity["LastName"],
        contact=ContactDetails(
            email=identity["Email"], secondary_email=identity["SecondaryEmail"], mobile=identity["Mobile"]
        ),
        routing_profile_id=user.routing_profile_id,
        security_profile_ids=tuple(sorted(user.security_profile_ids)),
        hierarchy_group_id=user.hierarchy_group_id,
        phone_config=_legacy_block(user, reading),
        proficiencies=tuple(
            Proficiency(attribute_name=name, attribute_value=value, level=level)
            for (name, value), level in sorted(user.proficiencies.items())
        ),
        tags=dict(user.tags),
        **lists,
    )


def _shown_entries(user: ModelUser, name: str, reading: Reading) -> list[tuple[str, dict[str, Any]]]:
    channels = dict(user.phone.get(name, {}))
    if reading.views == "written" and name in user.by_legacy:
        hidden = CHANNELS if name == WORK else ("VOICE",)
        channels = {channel: entry for channel, entry in channels.items() if channel not in hidden}
    elif reading.default_entries == "shown":
        all_channels = CHANNELS if name in FIRST_CALLBACK else ("VOICE",)
        channels = {channel: dict(DEFAULT_ENTRIES[name]) for channel in all_channels} | channels
    if reading.default_callbacks == "shown" and "VOICE" in channels and name in FIRST_CALLBACK:
        channels["VOICE"] = {**FIRST_CALLBACK[name], **channels["VOICE"]}
    return list(channels.items())


def _legacy_block(user: ModelUser, reading: Reading) -> PhoneConfig:
    if reading.views == "lists":
        return PhoneConfig()
    block: dict[str, Any] = {}
    for member, (name, path) in LEGACY.items():
        if reading.views == "both" or name in user.by_legacy:
            entry = user.phone.get(name, {}).get("VOICE", {})
            value = entry.get(path, DEFAULT_ENTRIES[name].get(path))
            block |= {member: value} if value is not None else {}
    if reading.views == "both" or WORK in user.by_legacy:
        entry = user.phone.get(WORK, {}).get("VOICE", DEFAULT_ENTRIES[WORK])
        block[LIMIT] = entry["AfterContactWorkConfig"][LIMIT]
    return msgspec.convert(from_aws(block), PhoneConfig)


def _identity(user: ModelUser, parameters: Mapping[str, Any], reading: Reading) -> None:
    block = dict(parameters["IdentityInfo"])
    user.identity = block if reading.identity_info == "replace" else {**user.identity, **block}


def _phone_config(user: ModelUser, parameters: Mapping[str, Any], reading: Reading) -> None:
    block = dict(parameters["PhoneConfig"])
    if reading.phone_config == "replace":
        block = {"PhoneType": "SOFT_PHONE", "AutoAccept": False, "PersistentConnection": False, LIMIT: 0} | block
        user.phone.setdefault(NUMBER, {}).pop("VOICE", None)
    for member, (name, path) in LEGACY.items():
        if member in block:
            entry = user.phone.setdefault(name, {}).setdefault("VOICE", dict(DEFAULT_ENTRIES[name]))
            entry[path] = block[member]
            for callback in FIRST_CALLBACK.get(name, {}):
                entry.pop(callback, None)
            user.by_legacy |= {name}
    if LIMIT in block:
        # Documented: it always sets the same limit for all channels.
        user.phone[WORK] = {channel: {"AfterContactWorkConfig": {LIMIT: block[LIMIT]}} for channel in CHANNELS}
        user.by_legacy |= {WORK}


def _config(user: ModelUser, parameters: Mapping[str, Any], reading: Reading) -> None:
    for name in ENTRY_TYPES:
        if name in parameters:
            given = {entry["Channel"]: {k: v for k, v in entry.items() if k != "Channel"} for entry in parameters[name]}
            before = user.phone.get(name, {}) if reading.omitted_channel == "left" else {}
            user.phone[name] = before | given
        elif reading.omitted_list == "cleared":
            user.phone[name] = {}
        else:
            continue
        user.by_legacy -= {name}


def _routing(user: ModelUser, parameters: Mapping[str, Any], _: Reading) -> None:
    user.routing_profile_id = parameters["RoutingProfileId"]


def _security(user: ModelUser, parameters: Mapping[str, Any], _: Reading) -> None:
    ids = parameters["SecurityProfileIds"]
    assert len(set(ids)) == len(ids), "whether Connect takes a security profile twice is not documented"
    user.security_profile_ids = frozenset(ids)


def _hierarchy(user: ModelUser, parameters: Mapping[str, Any], _: Reading) -> None:
    assert parameters.get("HierarchyGroupId") != "", "what an empty id does is not documented"
    user.hierarchy_group_id = parameters.get("HierarchyGroupId", "")


def _pairs(parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(each["AttributeName"], each["AttributeValue"]) for each in parameters["UserProficiencies"]]


def _associate(user: ModelUser, parameters: Mapping[str, Any], _: Reading) -> None:
    assert not set(_pairs(parameters)) & set(user.proficiencies), "associating what is associated is not documented"
    _set_levels(user, parameters)
    assert len(user.proficiencies) <= 10, "a user has at most ten"


def _update(user: ModelUser, parameters: Mapping[str, Any], _: Reading) -> None:
    assert set(_pairs(parameters)) <= set(user.proficiencies), "only what is associated can be updated"
    _set_levels(user, parameters)


def _set_levels(user: ModelUser, parameters: Mapping[str, Any]) -> None:
    levels = [each["Level"] for each in parameters["UserProficiencies"]]
    user.proficiencies |= dict(zip(_pairs(parameters), levels, strict=True))


def _disassociate(user: ModelUser, parameters: Mapping[str, Any], _: Reading) -> None:
    assert set(_pairs(parameters)) <= set(user.proficiencies), "taking away what is not there is not documented"
    for pair in _pairs(parameters):
        del user.proficiencies[pair]


def _tag(user: ModelUser, parameters: Mapping[str, Any], _: Reading) -> None:
    user.tags |= parameters["tags"]
    assert len(user.tags) <= 50, "a resource has at most 50 tags"


def _untag(user: ModelUser, parameters: Mapping[str, Any], _: Reading) -> None:
    assert set(parameters["tagKeys"]) <= set(user.tags), "untagging what is not there is not documented"
    user.tags = {key: value for key, value in user.tags.items() if key not in parameters["tagKeys"]}


_OPERATIONS = {
    "UpdateUserIdentityInfo": _identity,
    "UpdateUserPhoneConfig": _phone_config,
    "UpdateUserConfig": _config,
    "UpdateUserRoutingProfile": _routing,
    "UpdateUserSecurityProfiles": _security,
    "UpdateUserHierarchy": _hierarchy,
    "AssociateUserProficiencies": _associate,
    "UpdateUserProficiencies": _update,
    "DisassociateUserProficiencies": _disassociate,
    "TagResource": _tag,
    "UntagResource": _untag,
}
