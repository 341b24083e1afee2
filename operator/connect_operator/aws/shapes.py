"""AWS's members -> domain values. Pure; the answers are dicts as botocore returns them.

AWS leaves out members that are not set, so every member may be missing. Members of nested blocks have the manifest's
names in UpperCamelCase. Lists come in no documented order and are sorted, so that equal values compare equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from botocore.utils import parse_timestamp
from msgspec import UNSET

from connect_operator.aws import after_contact_work
from connect_operator.aws.after_contact_work import IN_SECONDS, LIMIT, Unit, Units
from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.connect.references import Entry
from connect_operator.domain.connect.user import ContactDetails, Described, ObservedUser, UserSummary
from connect_operator.domain.kinds import spec as manifest
from connect_operator.domain.kinds.assignment import ContactView

Raw = Mapping[str, Any]

_Block = TypeVar("_Block", bound=manifest.Block)

_LEVELS = ("LevelOne", "LevelTwo", "LevelThree", "LevelFour", "LevelFive")


def lower_camel(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The value with the keys of all its dicts in lowerCamelCase. Not for maps whose keys are data, as tags."""
    if isinstance(value, Mapping):
        return {name[:1].lower() + name[1:]: lower_camel(member) for name, member in value.items()}
    if isinstance(value, list):
        return [lower_camel(member) for member in value]
    return value


def described(answer: Raw) -> Described:
    """DescribeUser's answer. Raises KeyError where it holds no user."""
    raw = answer["User"]
    identity = raw.get("IdentityInfo", {})
    contact = ContactDetails(
        email=identity.get("Email", ""),
        secondary_email=identity.get("SecondaryEmail", ""),
        mobile=identity.get("Mobile", ""),
    )
    user = msgspec.structs.replace(_observed(raw, IN_SECONDS), contact=contact)
    return Described(user=user, last_modified=_epoch(raw.get("LastModifiedTime")))


def searched(users: Iterable[Raw], units: Units) -> tuple[ObservedUser, ...]:
    """Users of SearchUsers; `contact` stays UNSET, since it is not in there.

    An after-contact work limit whose unit cannot be known stays UNSET too (in `phone_config`, or the whole
    `after_contact_work_configs`): DescribeUser tells it in seconds.
    """
    return tuple(_observed(raw, units) for raw in users)


def listed(raw: Raw) -> UserSummary:
    """A line of ListUsers. Its LastModifiedTime may be as AWS sends it, which botocore has not parsed."""
    moment = raw.get("LastModifiedTime")
    return UserSummary(
        user_id=_id(raw),
        arn=raw.get("Arn", ""),
        username=raw.get("Username", ""),
        last_modified=_epoch(moment if moment is None or isinstance(moment, datetime) else parse_timestamp(moment)),
    )


def proficiencies(answer: Raw) -> tuple[manifest.Proficiency, ...]:
    """ListUserProficiencies' answer, by attribute and value."""
    found = [_block(raw, manifest.Proficiency) for raw in answer.get("UserProficiencyList", [])]
    return tuple(sorted(found, key=lambda entry: (entry.attribute_name, entry.attribute_value)))


def named(summaries: Iterable[Raw]) -> tuple[Entry, ...]:
    """Summaries of ListRoutingProfiles and ListSecurityProfiles (SearchSecurityProfiles calls the name otherwise)."""
    return tuple(Entry(_id(raw), raw.get("Name", "")) for raw in summaries)


def hierarchy_groups(groups: Iterable[Raw]) -> tuple[Entry, ...]:
    """Groups of SearchUserHierarchyGroups, each with the names from the root down to itself."""
    return tuple(Entry(_id(raw), raw.get("Name", ""), _path(raw)) for raw in groups)


def attribute_names(answer: Raw) -> tuple[str, ...]:
    """ListPredefinedAttributes' answer."""
    return tuple(raw.get("Name", "") for raw in answer.get("PredefinedAttributeSummaryList", []))


def attribute_values(answer: Raw) -> tuple[str, ...]:
    """DescribePredefinedAttribute's answer. Raises KeyError where it holds no attribute."""
    return tuple(answer["PredefinedAttribute"].get("Values", {}).get("StringList", []))


def contact(answer: Raw) -> ContactView:
    """DescribeContact's answer. Raises KeyError where it holds no contact.

    Contact has no state member (service model): it is derived from its times.
    """
    raw = answer["Contact"]
    agent, queue = raw.get("AgentInfo", {}), raw.get("QueueInfo", {})
    queued = _epoch(queue.get("EnqueueTimestamp"))
    times = (_epoch(agent.get(name)) for name in ("AcceptedByAgentTimestamp", "ConnectedToAgentTimestamp"))
    accepted = max((time for time in times if time is not None), default=None)
    # One who had it before it was queued once more has it no longer.
    has_it = bool(agent.get("Id")) and (accepted is None or queued is None or accepted >= queued)
    ended = raw.get("DisconnectTimestamp") is not None
    return ContactView(
        agent_id=bare_id(agent["Id"]) if has_it else "",
        queued=queued is not None and not has_it and not ended,
        ended=ended,
    )


def _path(raw: Raw) -> tuple[str, ...]:
    """The names of HierarchyPath. Whether it ends with the group itself is not documented; the result does."""
    levels = raw.get("HierarchyPath", {})
    groups = [levels[level] for level in _LEVELS if level in levels]
    if not groups or _id(groups[-1]) != _id(raw):
        groups.append(raw)
    return tuple(group.get("Name", "") for group in groups)


def _observed(raw: Raw, units: Units) -> ObservedUser:
    identity = raw.get("IdentityInfo", {})
    user = ObservedUser(
        user_id=_id(raw),
        arn=raw.get("Arn", ""),
        username=raw.get("Username", ""),
        directory_user_id=raw.get("DirectoryUserId", ""),
        first_name=identity.get("FirstName", ""),
        last_name=identity.get("LastName", ""),
        routing_profile_id=bare_id(raw.get("RoutingProfileId", "")),
        security_profile_ids=tuple(sorted({bare_id(text) for text in raw.get("SecurityProfileIds", [])})),
        hierarchy_group_id=bare_id(raw.get("HierarchyGroupId", "")),
        phone_config=_phone_config(raw.get("PhoneConfig", {}), units.legacy),
        auto_accept_configs=_per_channel(raw, "AutoAcceptConfigs", manifest.AutoAcceptConfig),
        phone_number_configs=_per_channel(raw, "PhoneNumberConfigs", manifest.PhoneNumberConfig),
        persistent_connection_configs=_per_channel(
            raw, "PersistentConnectionConfigs", manifest.PersistentConnectionConfig
        ),
        voice_enhancement_configs=_per_channel(raw, "VoiceEnhancementConfigs", manifest.VoiceEnhancementConfig),
        tags=dict(raw.get("Tags", {})),
    )
    return msgspec.structs.replace(user, after_contact_work_configs=_after_contact_work(raw, units.per_channel))


def _phone_config(raw: Raw, unit: Unit | None) -> manifest.PhoneConfig:
    return _block(_limit_in_seconds(raw, unit), manifest.PhoneConfig)


def _after_contact_work(
    raw: Raw, unit: Unit | None
) -> tuple[manifest.AfterContactWorkPerChannel, ...] | msgspec.UnsetType:
    """The per-channel limits in seconds, UNSET as a whole when one of them cannot be told."""
    entries = raw.get("AfterContactWorkConfigs", [])
    if unit is None and any(after_contact_work.per_channel_limits(entries)):
        return UNSET
    converted = [
        {name: _limit_in_seconds(member, unit) if isinstance(member, Mapping) else member for name, member in e.items()}
        for e in entries
    ]
    return _per_channel({"": converted}, "", manifest.AfterContactWorkPerChannel)


def _limit_in_seconds(raw: Raw, unit: Unit | None) -> Raw:
    """The block with its limit in seconds, without its limit when the unit is not known."""
    if LIMIT not in raw:
        return raw
    rest = {name: member for name, member in raw.items() if name != LIMIT}
    seconds = after_contact_work.in_seconds(raw[LIMIT], unit)
    return rest if seconds is None else {**rest, LIMIT: seconds}


def _per_channel(raw: Raw, member: str, kind: type[_Block]) -> tuple[_Block, ...]:
    entries = sorted(raw.get(member, []), key=lambda entry: str(entry.get("Channel", "")))
    return tuple(_block(entry, kind) for entry in entries)


def _block(raw: Raw, kind: type[_Block]) -> _Block:
    """The block; those that are equal are one, for thousands of users share a few of them."""
    made: _Block = _made(msgspec.json.encode(raw), kind)
    return made


@lru_cache(maxsize=4096)
def _made(raw: bytes, kind: type[_Block]) -> _Block:
    return msgspec.convert(lower_camel(msgspec.json.decode(raw)), kind)


def _id(raw: Raw) -> str:
    """The bare id; the service model has Id and Arn both optional, and the ARN ends with the id."""
    return bare_id(raw.get("Id") or raw.get("Arn", ""))


def _epoch(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
