"""What an acknowledged write has made of a user: the observation to go on with until a newer one comes."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from connect_operator.domain.connect.aws_names import from_aws
from connect_operator.domain.connect.unlisted import CONTACT_FIELDS
from connect_operator.domain.connect.user import ContactDetails, ObservedUser
from connect_operator.domain.kinds.spec import (
    AfterContactWork,
    AfterContactWorkPerChannel,
    AutoAcceptConfig,
    IdentityInfo,
    PersistentConnectionConfig,
    PhoneConfig,
    PhoneNumberConfig,
    Proficiency,
    VoiceEnhancementConfig,
)
from connect_operator.domain.plan.changes import Call

_LISTS = {
    "AutoAcceptConfigs": "auto_accept_configs",
    "AfterContactWorkConfigs": "after_contact_work_configs",
    "PhoneNumberConfigs": "phone_number_configs",
    "PersistentConnectionConfigs": "persistent_connection_configs",
    "VoiceEnhancementConfigs": "voice_enhancement_configs",
}
_ENTRY_TUPLES: dict[str, Any] = {
    "auto_accept_configs": tuple[AutoAcceptConfig, ...],
    "after_contact_work_configs": tuple[AfterContactWorkPerChannel, ...],
    "phone_number_configs": tuple[PhoneNumberConfig, ...],
    "persistent_connection_configs": tuple[PersistentConnectionConfig, ...],
    "voice_enhancement_configs": tuple[VoiceEnhancementConfig, ...],
}


def after(call: Call, user: ObservedUser, *, by_directory: bool = False) -> ObservedUser:
    """The user after that call was acknowledged. Unknown operations change nothing.

    `by_directory`: of names and e-mail address, what the call does not name stays an existing directory's.
    """
    effect = _EFFECTS.get(call.operation)
    if effect is None:
        return user
    parameters = call.parameters
    if by_directory and call.operation == "UpdateUserIdentityInfo":
        parameters = {"IdentityInfo": {**_of_directory(user), **parameters["IdentityInfo"]}}
    return msgspec.structs.replace(user, **effect(parameters, user))


def _of_directory(user: ObservedUser) -> dict[str, str]:
    email = user.contact.email if user.contact is not UNSET else ""
    return {"FirstName": user.first_name, "LastName": user.last_name, "Email": email}


def _identity(parameters: dict[str, Any], user: ObservedUser) -> dict[str, Any]:
    block = msgspec.convert(from_aws(parameters["IdentityInfo"]), IdentityInfo)
    values = {name: value if (value := getattr(block, name)) is not UNSET else "" for name in block.__struct_fields__}
    contact = ContactDetails(**{name: values[name] for name in CONTACT_FIELDS})
    del user
    return {"first_name": values["first_name"], "last_name": values["last_name"], "contact": contact}


def _phone(parameters: dict[str, Any], user: ObservedUser) -> dict[str, Any]:
    block = msgspec.convert(from_aws(parameters["PhoneConfig"]), PhoneConfig)
    limit = block.after_contact_work_time_limit
    # The legacy call sets one limit for all channels (service model).
    current = user.after_contact_work_configs
    work = tuple(
        msgspec.structs.replace(entry, after_contact_work_config=AfterContactWork(after_contact_work_time_limit=limit))
        for entry in (() if current is UNSET else current)
    )
    number = {"phone_type": block.phone_type, "phone_number": block.desk_phone_number}
    return {
        "phone_config": block,
        "after_contact_work_configs": work,
        "auto_accept_configs": _voice(user.auto_accept_configs, {"auto_accept": block.auto_accept}),
        "phone_number_configs": _voice(user.phone_number_configs, number, clears=frozenset({"phone_number"})),
        "persistent_connection_configs": _voice(
            user.persistent_connection_configs, {"persistent_connection": block.persistent_connection}
        ),
    }


def _voice(entries: tuple[Any, ...], members: dict[str, Any], *, clears: frozenset[str] = frozenset()) -> Any:  # noqa: ANN401 - one of three lists
    """The list with VOICE's entry as the legacy block says; what that leaves out stays, unless it clears."""
    said = {name: value for name, value in members.items() if value is not UNSET or name in clears}
    return tuple(msgspec.structs.replace(entry, **said) if entry.channel == "VOICE" else entry for entry in entries)


def _config(parameters: dict[str, Any], user: ObservedUser) -> dict[str, Any]:
    changed: dict[str, Any] = {
        attribute: msgspec.convert(from_aws(parameters[name]), _ENTRY_TUPLES[attribute])
        for name, attribute in _LISTS.items()
        if name in parameters
    }
    # What the legacy block showed of these is not known to be true any more; phone.legacy_view reads the lists then.
    stale = {
        "auto_accept_configs": ("auto_accept",),
        "after_contact_work_configs": ("after_contact_work_time_limit",),
        "phone_number_configs": ("phone_type", "desk_phone_number"),
        "persistent_connection_configs": ("persistent_connection",),
    }
    members = {member: UNSET for attribute in changed for member in stale.get(attribute, ())}
    return changed | {"phone_config": msgspec.structs.replace(user.phone_config, **members)}


def _routing(parameters: dict[str, Any], user: ObservedUser) -> dict[str, Any]:
    del user
    return {"routing_profile_id": parameters["RoutingProfileId"]}


def _security(parameters: dict[str, Any], user: ObservedUser) -> dict[str, Any]:
    del user
    return {"security_profile_ids": tuple(sorted(parameters["SecurityProfileIds"]))}


def _hierarchy(parameters: dict[str, Any], user: ObservedUser) -> dict[str, Any]:
    del user
    return {"hierarchy_group_id": parameters.get("HierarchyGroupId", "")}


def _associated(parameters: dict[str, Any], user: ObservedUser) -> dict[str, Any]:
    entries = msgspec.convert(from_aws(parameters["UserProficiencies"]), tuple[Proficiency, ...])
    return {"proficiencies": _merged(user, {_key(each): each for each in entries}, frozenset())}


def _disassociated(parameters: dict[str, Any], user: ObservedUser) -> dict[str, Any]:
    keys = frozenset((each["AttributeName"], each["AttributeValue"]) for each in parameters["UserProficiencies"])
    return {"proficiencies": _merged(user, {}, keys)}


def _merged(
    user: ObservedUser, new: dict[tuple[str, str], Proficiency], gone: frozenset[tuple[str, str]]
) -> tuple[Proficiency, ...]:
    current = user.proficiencies if user.proficiencies is not UNSET else ()
    entries = {_key(each): each for each in current if _key(each) not in gone} | new
    return tuple(entries[key] for key in sorted(entries))


def _key(each: Proficiency) -> tuple[str, str]:
    return each.attribute_name, each.attribute_value


def _tagged(parameters: dict[str, Any], user: ObservedUser) -> dict[str, Any]:
    return {"tags": {**user.tags, **parameters["tags"]}}


def _untagged(parameters: dict[str, Any], user: ObservedUser) -> dict[str, Any]:
    return {"tags": {key: value for key, value in user.tags.items() if key not in parameters["tagKeys"]}}


_EFFECTS = {
    "UpdateUserIdentityInfo": _identity,
    "UpdateUserPhoneConfig": _phone,
    "UpdateUserConfig": _config,
    "UpdateUserRoutingProfile": _routing,
    "UpdateUserSecurityProfiles": _security,
    "UpdateUserHierarchy": _hierarchy,
    "AssociateUserProficiencies": _associated,
    "UpdateUserProficiencies": _associated,
    "DisassociateUserProficiencies": _disassociated,
    "TagResource": _tagged,
    "UntagResource": _untagged,
}
