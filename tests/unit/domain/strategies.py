"""Hypothesis strategies: manifests that the API server admits, and users that Connect may hold."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st

from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.connect.user import DesiredUser
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

from .builders import OWNER, USER_ARN, USER_ID
from .model_user import AUTO, ENHANCEMENT, NUMBER, PERSISTENT, WORK, ModelUser, Reading

# Few values each, so that a manifest often agrees with what is held.
_names = st.sampled_from(["Jane", "Zoë", "李", "O'Hara"])
_emails = st.sampled_from(["a@example.com", "b@example.com"])
_numbers = st.sampled_from(["+4930111", "+15550123"])
_limits = st.sampled_from([0, 30, 60])
_phone_types = st.sampled_from(["SOFT_PHONE", "DESK_PHONE"])
_channels = st.sampled_from(["VOICE", "CHAT", "TASK", "EMAIL"])
_ids = st.sampled_from(["sp-1", "sp-2", "sp-3"])
_tag_keys = st.sampled_from(["team", "cost center", "region:eu", "é"])
_levels = st.integers(1, 5).map(float)


def _members(strategies: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=strategies)


def _or_empty(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.just("") | strategy


_identity = _members(
    {
        "first_name": _names,
        "last_name": _names,
        "email": _emails,
        "secondary_email": _or_empty(_emails),
        "mobile": _or_empty(_numbers),
    }
).map(lambda members: IdentityInfo(**members))

_phone = _members(
    {
        "phone_type": _phone_types,
        "auto_accept": st.booleans(),
        "after_contact_work_time_limit": _limits,
        "desk_phone_number": _or_empty(_numbers),
        "persistent_connection": st.booleans(),
    }
).map(lambda members: PhoneConfig(**members))


@st.composite
def _auto(draw: st.DrawFn) -> AutoAcceptConfig:
    channel = draw(_channels)
    members: dict[str, Any] = {"channel": channel, "auto_accept": draw(st.booleans())}
    if channel == "VOICE" and draw(st.booleans()):
        members["agent_first_callback_auto_accept"] = draw(st.booleans())
    return AutoAcceptConfig(**members)


@st.composite
def _work(draw: st.DrawFn) -> AfterContactWorkPerChannel:
    channel = draw(_channels)
    limit = AfterContactWork(after_contact_work_time_limit=draw(_limits))
    members: dict[str, Any] = {"channel": channel, "after_contact_work_config": limit}
    if channel == "VOICE" and draw(st.booleans()):
        callback = AfterContactWork(after_contact_work_time_limit=draw(_limits))
        members["agent_first_callback_after_contact_work_config"] = callback
    return AfterContactWorkPerChannel(**members)


@st.composite
def _number(draw: st.DrawFn) -> PhoneNumberConfig:
    members: dict[str, Any] = {"channel": "VOICE", "phone_type": draw(_phone_types)}
    if draw(st.booleans()):
        members["phone_number"] = draw(_numbers)
    return PhoneNumberConfig(**members)


_persistent = st.booleans().map(
    lambda connection: PersistentConnectionConfig(channel="VOICE", persistent_connection=connection)
)
_enhancement = st.sampled_from(["VOICE_ISOLATION", "NOISE_SUPPRESSION", "NONE"]).map(
    lambda mode: VoiceEnhancementConfig(channel="VOICE", voice_enhancement_mode=mode)
)


def _per_channel(entry: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(entry, max_size=4, unique_by=lambda each: each.channel).map(tuple)


_proficiency_maps = st.dictionaries(
    st.tuples(st.sampled_from(["language", "skill"]), st.sampled_from(["a", "b", "c", "d", "e", "f"])),
    _levels,
    max_size=10,
)
_tags = st.dictionaries(_tag_keys, st.sampled_from(["", "a", "b"]), max_size=4)
_hierarchies = st.sampled_from(["", "hg-1", "hg-2"])

# The legacy members and the list that excludes them (CRD).
_EXCLUDED = {
    "auto_accept_configs": ("auto_accept",),
    "after_contact_work_configs": ("after_contact_work_time_limit",),
    "phone_number_configs": ("phone_type", "desk_phone_number"),
    "persistent_connection_configs": ("persistent_connection",),
}


def _admitted(members: dict[str, Any]) -> DesiredUser:
    """The members as one manifest; a legacy member whose list is there too is left out, as the CRD demands."""
    phone = members.get("phone_config")
    if phone is not None:
        gone = {name for listed, names in _EXCLUDED.items() if listed in members for name in names}
        members["phone_config"] = msgspec.structs.replace(phone, **dict.fromkeys(gone, msgspec.UNSET))
    return DesiredUser(username="jdoe", **members)


desired_users = _members(
    {
        "identity_info": _identity,
        "routing_profile_id": st.sampled_from(["rp-1", "rp-2"]),
        "security_profile_ids": st.lists(_ids, min_size=1, max_size=3, unique=True).map(tuple),
        "hierarchy_group_id": _hierarchies,
        "phone_config": _phone,
        "auto_accept_configs": _per_channel(_auto()),
        "after_contact_work_configs": _per_channel(_work()),
        "phone_number_configs": _per_channel(_number()),
        "persistent_connection_configs": _per_channel(_persistent),
        "voice_enhancement_configs": _per_channel(_enhancement),
        "proficiencies": _proficiency_maps.map(
            lambda levels: tuple(
                Proficiency(attribute_name=name, attribute_value=value, level=level)
                for (name, value), level in levels.items()
            )
        ),
        "tags": _tags,
    }
).map(_admitted)


def _settings(entries: tuple[Any, ...]) -> dict[str, dict[str, Any]]:
    """A list of entries as the model keeps it: by channel, under AWS's names."""
    found = {}
    for entry in entries:
        plain = msgspec.to_builtins(entry)
        channel = plain.pop("channel")
        found[channel] = _upper(plain)
    return found


def _upper(block: dict[str, Any]) -> dict[str, Any]:
    return {
        name[:1].upper() + name[1:]: _upper(value) if isinstance(value, dict) else value
        for name, value in block.items()
    }


@st.composite
def model_users(draw: st.DrawFn) -> ModelUser:
    """A user that Connect may hold, set up in one way or the other."""
    lists = {
        AUTO: draw(_per_channel(_auto())),
        WORK: draw(_per_channel(_work())),
        NUMBER: draw(_per_channel(_number())),
        PERSISTENT: draw(_per_channel(_persistent)),
        ENHANCEMENT: draw(_per_channel(_enhancement)),
    }
    identity = draw(_members(dict.fromkeys(["Email", "SecondaryEmail"], _emails) | {"Mobile": _numbers}))
    return ModelUser(
        user_id=USER_ID,
        arn=USER_ARN,
        username="jdoe",
        identity={"FirstName": draw(_names), "LastName": draw(_names), **identity},
        routing_profile_id=draw(st.sampled_from(["rp-1", "rp-2"])),
        security_profile_ids=frozenset(draw(st.sets(_ids, min_size=1))),
        hierarchy_group_id=draw(_hierarchies),
        phone={name: _settings(entries) for name, entries in lists.items() if entries},
        proficiencies=draw(_proficiency_maps),
        tags={OWNER_TAG: OWNER, "aws:cloudformation:stack-name": "s", **draw(_tags)},
    )


readings = st.builds(
    Reading,
    identity_info=st.sampled_from(["replace", "merge"]),
    phone_config=st.sampled_from(["replace", "merge"]),
    omitted_list=st.sampled_from(["left", "cleared"]),
    omitted_channel=st.sampled_from(["cleared", "left"]),
    views=st.sampled_from(["both", "lists", "written"]),
    default_entries=st.sampled_from(["hidden", "shown"]),
    default_callbacks=st.sampled_from(["hidden", "shown"]),
)
