"""A small model of what Connect makes of a write, under every reading of what its documentation leaves open.

Independent of the operator's own idea of it (domain/plan/effects.py): the truth is what each channel has, and the
legacy phone block and the per-channel lists are two ways to see it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec

from connect_operator.domain.connect.aws_names import from_aws
from connect_operator.domain.connect.user import ContactDetails, ObservedUser
from connect_operator.domain.kinds.spec import (
    AfterContactWorkPerChannel,
    AutoAcceptConfig,
    PersistentConnectionConfig,
    PhoneConfig,
    PhoneNumberConfig,
    Proficiency,
    VoiceEnhancementConfig,
)
from connect_operator.domain.plan.changes import Call

Settings = dict[str, dict[str, dict[str, Any]]]

CHANNELS = ("VOICE", "CHAT", "TASK", "EMAIL")
AUTO, WORK, NUMBER = "AutoAcceptConfigs", "AfterContactWorkConfigs", "PhoneNumberConfigs"
PERSISTENT, ENHANCEMENT = "PersistentConnectionConfigs", "VoiceEnhancementConfigs"
_IDENTITY = ("FirstName", "LastName", "Email", "SecondaryEmail", "Mobile")
# A legacy member, the list that holds it, and its path within an entry.
_LEGACY = {
    "PhoneType": (NUMBER, "PhoneType"),
    "DeskPhoneNumber": (NUMBER, "PhoneNumber"),
    "AutoAccept": (AUTO, "AutoAccept"),
    "PersistentConnection": (PERSISTENT, "PersistentConnection"),
}
_LIMIT = "AfterContactWorkTimeLimit"
_DEFAULT_ENTRIES: dict[str, dict[str, Any]] = {
    AUTO: {"AutoAccept": False},
    WORK: {"AfterContactWorkConfig": {_LIMIT: 0}},
    NUMBER: {"PhoneType": "SOFT_PHONE"},
    PERSISTENT: {"PersistentConnection": False},
    ENHANCEMENT: {"VoiceEnhancementMode": "NONE"},
}
_FIRST_CALLBACK: dict[str, dict[str, Any]] = {
    AUTO: {"AgentFirstCallbackAutoAccept": False},
    WORK: {"AgentFirstCallbackAfterContactWorkConfig": {_LIMIT: 0}},
}
_ENTRY_TYPES: dict[str, tuple[str, Any]] = {
    AUTO: ("auto_accept_configs", tuple[AutoAcceptConfig, ...]),
    WORK: ("after_contact_work_configs", tuple[AfterContactWorkPerChannel, ...]),
    NUMBER: ("phone_number_configs", tuple[PhoneNumberConfig, ...]),
    PERSISTENT: ("persistent_connection_configs", tuple[PersistentConnectionConfig, ...]),
    ENHANCEMENT: ("voice_enhancement_configs", tuple[VoiceEnhancementConfig, ...]),
}
_DEFAULT_VALUES = (False, 0, "", "NONE", "SOFT_PHONE")


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of every fact that the documentation leaves open."""

    identity_info: Literal["replace", "merge"] = "replace"
    phone_config: Literal["replace", "merge"] = "replace"
    omitted_list: Literal["left", "cleared"] = "left"
    omitted_channel: Literal["cleared", "left"] = "cleared"
    views: Literal["both", "lists", "written"] = "both"
    default_entries: Literal["hidden", "shown"] = "hidden"
    default_callbacks: Literal["hidden", "shown"] = "hidden"


@dataclass(slots=True)
class ModelUser:
    """The truth about one user. `by_legacy` names the lists whose settings were last written by the legacy call."""

    user_id: str
    arn: str
    username: str
    identity: dict[str, str] = field(default_factory=dict)
    routing_profile_id: str = "rp-1"
    security_profile_ids: frozenset[str] = frozenset({"sp-1"})
    hierarchy_group_id: str = ""
    directory_user_id: str = ""
    phone: Settings = field(default_factory=dict)
    by_legacy: frozenset[str] = frozenset()
    proficiencies: dict[tuple[str, str], float] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """Everything that has a value, one flat name each; what equals the default is as if it were not there."""
        flat: dict[str, Any] = {f"identity.{name}": value for name, value in self.identity.items() if value}
        flat |= {f"tags[{key}]": value for key, value in self.tags.items()}
        flat |= {f"proficiencies[{name}={value}]": level for (name, value), level in self.proficiencies.items()}
        for list_name, channels in self.phone.items():
            for channel, entry in channels.items():
                flat |= {
                    f"phone.{list_name}.{channel}.{member}": value
                    for member, value in _leaves(entry)
                    if value not in _DEFAULT_VALUES
                }
        flat |= {
            "routingProfileId": self.routing_profile_id,
            "securityProfileIds": self.security_profile_ids,
            "hierarchyGroupId": self.hierarchy_group_id,
            "directoryUserId": self.directory_user_id,
            "username": self.username,
        }
        return flat


def applied(call: Call, user: ModelUser, reading: Reading) -> ModelUser:
    """The user after Connect carried the call out."""
    changed = copy.deepcopy(user)
    _OPERATIONS[call.operation](changed, call.parameters, reading)
    return changed


def seen(user: ModelUser, reading: Reading) -> ObservedUser:
    """What all reads together show of the user."""
    lists: dict[str, Any] = {}
    for name, (attribute, kind) in _ENTRY_TYPES.items():
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
        all_channels = CHANNELS if name in _FIRST_CALLBACK else ("VOICE",)
        channels = {channel: dict(_DEFAULT_ENTRIES[name]) for channel in all_channels} | channels
    if reading.default_callbacks == "shown" and "VOICE" in channels and name in _FIRST_CALLBACK:
        channels["VOICE"] = {**_FIRST_CALLBACK[name], **channels["VOICE"]}
    return list(channels.items())


def _legacy_block(user: ModelUser, reading: Reading) -> PhoneConfig:
    if reading.views == "lists":
        return PhoneConfig()
    block: dict[str, Any] = {}
    for member, (name, path) in _LEGACY.items():
        if reading.views == "both" or name in user.by_legacy:
            entry = user.phone.get(name, {}).get("VOICE", {})
            value = entry.get(path, _DEFAULT_ENTRIES[name].get(path))
            block |= {member: value} if value is not None else {}
    if reading.views == "both" or WORK in user.by_legacy:
        entry = user.phone.get(WORK, {}).get("VOICE", _DEFAULT_ENTRIES[WORK])
        block[_LIMIT] = entry["AfterContactWorkConfig"][_LIMIT]
    return msgspec.convert(from_aws(block), PhoneConfig)


def _identity(user: ModelUser, parameters: Mapping[str, Any], reading: Reading) -> None:
    block = dict(parameters["IdentityInfo"])
    user.identity = block if reading.identity_info == "replace" else {**user.identity, **block}


def _phone_config(user: ModelUser, parameters: Mapping[str, Any], reading: Reading) -> None:
    block = dict(parameters["PhoneConfig"])
    if reading.phone_config == "replace":
        block = {"PhoneType": "SOFT_PHONE", "AutoAccept": False, "PersistentConnection": False, _LIMIT: 0} | block
        user.phone.setdefault(NUMBER, {}).pop("VOICE", None)
    for member, (name, path) in _LEGACY.items():
        if member in block:
            entry = user.phone.setdefault(name, {}).setdefault("VOICE", dict(_DEFAULT_ENTRIES[name]))
            entry[path] = block[member]
            for callback in _FIRST_CALLBACK.get(name, {}):
                entry.pop(callback, None)
            user.by_legacy |= {name}
    if _LIMIT in block:
        # Documented: it always sets the same limit for all channels.
        user.phone[WORK] = {channel: {"AfterContactWorkConfig": {_LIMIT: block[_LIMIT]}} for channel in CHANNELS}
        user.by_legacy |= {WORK}


def _config(user: ModelUser, parameters: Mapping[str, Any], reading: Reading) -> None:
    for name in _ENTRY_TYPES:
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


def _leaves(block: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in block.items():
        found += _leaves(value, f"{prefix}{name}.") if isinstance(value, dict) else [(prefix + name, value)]
    return found


def all_readings() -> list[Reading]:
    """The plain reading, and those that differ from it in one fact."""
    flips: list[dict[str, Any]] = [
        {"identity_info": "merge"},
        {"phone_config": "merge"},
        {"omitted_list": "cleared"},
        {"omitted_channel": "left"},
        {"views": "lists"},
        {"views": "written"},
        {"default_entries": "shown"},
        {"default_callbacks": "shown"},
    ]
    return [Reading(), *(replace(Reading(), **flip) for flip in flips)]


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
