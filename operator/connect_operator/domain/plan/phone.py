"""The telephone section: the legacy block and the per-channel lists, and which of the two calls to use.

Facts (service model): UpdateUserPhoneConfig sets one after-contact-work limit for all channels; UpdateUserConfig takes
complete lists. What an omitted list or channel means is undocumented, so whole lists are sent, and the legacy call is
used only where it cannot flatten a value that nobody asked to change.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from connect_operator.domain.connect.aws_names import to_aws
from connect_operator.domain.connect.user import DesiredUser, ObservedUser
from connect_operator.domain.kinds.spec import (
    AfterContactWork,
    AfterContactWorkPerChannel,
    AutoAcceptConfig,
    PersistentConnectionConfig,
    PhoneConfig,
    PhoneNumberConfig,
)
from connect_operator.domain.plan.changes import Call, Change, shown
from connect_operator.domain.plan.channel_entries import comparable, described, is_default, plain

NOTHING = PhoneConfig()
_VOICE = "VOICE"
_SOFT_PHONE = "SOFT_PHONE"
_CHANNELS = ("CHAT", "EMAIL", "TASK", "VOICE")
_DEFAULTS: dict[str, dict[str, Any]] = {
    "auto_accept_configs": {"autoAccept": False},
    "after_contact_work_configs": {"afterContactWorkConfig": {"afterContactWorkTimeLimit": 0}},
    "phone_number_configs": {"phoneType": _SOFT_PHONE},
    "persistent_connection_configs": {"persistentConnection": False},
    "voice_enhancement_configs": {"voiceEnhancementMode": "NONE"},
}

_LISTS = {
    "auto_accept_configs": "autoAcceptConfigs",
    "after_contact_work_configs": "afterContactWorkConfigs",
    "phone_number_configs": "phoneNumberConfigs",
    "persistent_connection_configs": "persistentConnectionConfigs",
    "voice_enhancement_configs": "voiceEnhancementConfigs",
}
_LEGACY = {
    "phone_type": "phoneType",
    "auto_accept": "autoAccept",
    "after_contact_work_time_limit": "afterContactWorkTimeLimit",
    "desk_phone_number": "deskPhoneNumber",
    "persistent_connection": "persistentConnection",
}


def calls(desired: DesiredUser, observed: ObservedUser, *, insist: bool = False) -> list[Call]:
    """The one call, if any, that makes the telephone settings as the manifest asks.

    `insist`: leaving a channel out was acknowledged without effect, so its default is sent instead.
    """
    lists = _changed_lists(desired, observed)
    current = legacy_view(observed)
    legacy = _changed_legacy(desired, current)
    changes = tuple(change for _, change in lists) + tuple(change for _, change in legacy)
    if not changes:
        return []
    if not lists and _legacy_is_safe(desired, observed, current):
        wanted = desired.phone_config if desired.phone_config is not UNSET else NOTHING
        # What is only carried along comes from the lists where they have it: the block may be out of date.
        carried = _overlaid(current, _voice_view(observed))
        return [Call("UpdateUserPhoneConfig", {"PhoneConfig": _complete(wanted, carried)}, changes)]
    # An omitted list may be left alone or cleared (undocumented), so every list that holds anything is sent.
    parameters: dict[str, Any] = {name: entries for name in _LISTS if (entries := _known(observed, name))}
    parameters |= {name: value for name in _LISTS if (value := getattr(desired, name)) is not UNSET}
    parameters |= _translated([name for name, _ in legacy], desired, observed, current)
    if insist:
        parameters = {name: _with_defaults(name, entries, observed) for name, entries in parameters.items()}
    return [
        Call(
            "UpdateUserConfig",
            to_aws({_LISTS[name]: plain(value) for name, value in parameters.items()}),
            changes,
        )
    ]


def legacy_view(observed: ObservedUser) -> PhoneConfig:
    """The legacy block of a user; members that Connect did not show are taken from the VOICE entries."""
    shown_by_lists = _voice_view(observed)
    missing = {
        name: value
        for name in _LEGACY
        if getattr(observed.phone_config, name) is UNSET and (value := getattr(shown_by_lists, name)) is not UNSET
    }
    return msgspec.structs.replace(observed.phone_config, **missing)


def _voice_view(observed: ObservedUser) -> PhoneConfig:
    """What the VOICE entries of the lists say, as a legacy block."""
    auto = _entry(observed.auto_accept_configs)
    work = _entry(_limits(observed))
    number = _entry(observed.phone_number_configs)
    persistent = _entry(observed.persistent_connection_configs)
    from_lists: dict[str, Any] = {}
    if auto is not None:
        from_lists["auto_accept"] = auto.auto_accept
    if work is not None:
        from_lists["after_contact_work_time_limit"] = work.after_contact_work_config.after_contact_work_time_limit
    if number is not None:
        from_lists |= {"phone_type": number.phone_type, "desk_phone_number": number.phone_number}
    if persistent is not None:
        from_lists["persistent_connection"] = persistent.persistent_connection
    return PhoneConfig(**from_lists)


def _limits(observed: ObservedUser) -> tuple[AfterContactWorkPerChannel, ...]:
    """The per-channel limits as far as they are known."""
    current = observed.after_contact_work_configs
    return () if current is UNSET else current


def _entry(entries: tuple[Any, ...]) -> Any:  # noqa: ANN401 - an entry of one of the five lists
    return next((entry for entry in entries if entry.channel == _VOICE), None)


def _changed_lists(desired: DesiredUser, observed: ObservedUser) -> list[tuple[str, Change]]:
    found = []
    for name, field in _LISTS.items():
        wanted = getattr(desired, name)
        if wanted is UNSET:
            continue
        current = getattr(observed, name)
        if current is UNSET:
            continue
        listed = {entry.channel for entry in wanted}
        # Connect may show a default entry for a channel that was never configured; that is not a difference.
        telling = tuple(entry for entry in current if entry.channel in listed or not is_default(entry))
        if comparable(wanted) != comparable(telling):
            told = (described(entries) for entries in (current, wanted))
            found.append((name, Change(field, *told)))
    return found


def _changed_legacy(desired: DesiredUser, current: PhoneConfig) -> list[tuple[str, Change]]:
    wanted = desired.phone_config
    if wanted is UNSET:
        return []
    found = []
    for name, field in _LEGACY.items():
        value = getattr(wanted, name)
        if value is not UNSET and not _same(value, getattr(current, name)):
            old = getattr(current, name)
            found.append(
                (name, Change(field=f"phoneConfig.{field}", old=shown("" if old is UNSET else old), new=shown(value)))
            )
    return found


def _same(wanted: object, current: object) -> bool:
    """Equal, where a member that Connect leaves out counts as its zero value."""
    if current is UNSET:
        return (wanted in ("", False, 0) and not isinstance(wanted, str)) or wanted == ""
    return wanted == current


def _legacy_is_safe(desired: DesiredUser, observed: ObservedUser, current: PhoneConfig) -> bool:
    """Whether the legacy call overwrites no channel's after-contact work that nobody asked to change.

    A limit that all channels share is the legacy limit, and a manifest that sets it means all of them. A channel with a
    limit of its own keeps it.
    """
    wanted = desired.phone_config if desired.phone_config is not UNSET else NOTHING
    asked = wanted.after_contact_work_time_limit is not UNSET
    limits = _limits(observed)
    values = {entry.after_contact_work_config.after_contact_work_time_limit for entry in limits}
    if len(limits) < len(_CHANNELS):
        # A channel that is not listed has its default, which the call would overwrite, too.
        values |= {0} if limits else set()
    if asked and len(values) > 1:
        return False
    if not asked and values - {current.after_contact_work_time_limit}:
        return False
    if any(entry.agent_first_callback_after_contact_work_config is not UNSET for entry in limits):
        return False
    auto = _entry(observed.auto_accept_configs)
    return auto is None or auto.agent_first_callback_auto_accept is UNSET


def _complete(wanted: PhoneConfig, current: PhoneConfig) -> dict[str, Any]:
    """The whole legacy block, since replace or merge is undocumented; public clients take PhoneType as mandatory."""
    members = {
        field: value
        for name, field in _LEGACY.items()
        if (value := getattr(current, name) if getattr(wanted, name) is UNSET else getattr(wanted, name))
        not in (UNSET, "")
    }
    members.setdefault("phoneType", _SOFT_PHONE)
    block: dict[str, Any] = to_aws(members)
    return block


def _translated(names: list[str], desired: DesiredUser, observed: ObservedUser, current: PhoneConfig) -> dict[str, Any]:
    """The per-channel lists that say the same as these legacy members: VOICE's entry replaced, the others kept."""
    wanted = desired.phone_config if desired.phone_config is not UNSET else NOTHING
    merged = msgspec.structs.replace(
        current, **{name: value for name in _LEGACY if (value := getattr(wanted, name)) is not UNSET}
    )
    result: dict[str, Any] = {}
    if "auto_accept" in names and merged.auto_accept is not UNSET:
        result["auto_accept_configs"] = _with_voice(
            observed.auto_accept_configs,
            AutoAcceptConfig(channel=_VOICE, auto_accept=merged.auto_accept),
            "auto_accept",
        )
    if "after_contact_work_time_limit" in names:
        limit = AfterContactWork(after_contact_work_time_limit=merged.after_contact_work_time_limit)
        result["after_contact_work_configs"] = _with_voice(
            _limits(observed),
            AfterContactWorkPerChannel(channel=_VOICE, after_contact_work_config=limit),
            "after_contact_work_config",
        )
    if {"phone_type", "desk_phone_number"} & set(names):
        number = merged.desk_phone_number or UNSET
        kind = merged.phone_type if merged.phone_type is not UNSET else _SOFT_PHONE
        result["phone_number_configs"] = (PhoneNumberConfig(channel=_VOICE, phone_type=kind, phone_number=number),)
    if "persistent_connection" in names and merged.persistent_connection is not UNSET:
        result["persistent_connection_configs"] = (
            PersistentConnectionConfig(channel=_VOICE, persistent_connection=merged.persistent_connection),
        )
    return result


def _with_voice(entries: tuple[Any, ...], voice: Any, member: str) -> tuple[Any, ...]:  # noqa: ANN401 - list entries
    before = _entry(entries)
    entry = voice if before is None else msgspec.structs.replace(before, **{member: getattr(voice, member)})
    others = [other for other in entries if other.channel != _VOICE]
    return tuple(sorted([*others, entry], key=lambda each: each.channel))


def _overlaid(block: PhoneConfig, over: PhoneConfig) -> PhoneConfig:
    members = {name: value for name in _LEGACY if (value := getattr(over, name)) is not UNSET}
    return msgspec.structs.replace(block, **members)


def _known(observed: ObservedUser, name: str) -> tuple[Any, ...]:
    current: tuple[Any, ...] | UnsetType = getattr(observed, name)
    return () if current is UNSET else current


def _with_defaults(name: str, entries: tuple[Any, ...], observed: ObservedUser) -> tuple[Any, ...]:
    """The list with an entry that says the default for each channel that Connect holds and the list leaves out."""
    listed = {entry.channel for entry in entries}
    current = [entry for entry in _known(observed, name) if entry.channel not in listed]
    defaults = [msgspec.convert({"channel": entry.channel, **_DEFAULTS[name]}, type(entry)) for entry in current]
    return tuple(sorted([*entries, *defaults], key=lambda entry: entry.channel))
