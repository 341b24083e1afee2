"""Phone settings: the legacy PhoneConfig block and the per-channel lists, two views of one truth.

The per-channel settings are the truth. PhoneConfig is what VOICE has; a legacy write sets the after-contact work of
all channels (documented: UpdateUserPhoneConfig "always sets the same" timeout) and VOICE for the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connect_sim.errors import ApiError, invalid_parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connect_sim.state.settings import Settings

Channels = dict[str, dict[str, dict[str, Any]]]

CHANNELS = ("VOICE", "CHAT", "TASK", "EMAIL")
AUTO_ACCEPT, ACW = "AutoAcceptConfigs", "AfterContactWorkConfigs"
NUMBERS, PERSISTENT, ENHANCEMENT = "PhoneNumberConfigs", "PersistentConnectionConfigs", "VoiceEnhancementConfigs"
LISTS = (AUTO_ACCEPT, ACW, NUMBERS, PERSISTENT, ENHANCEMENT)
_VOICE_ONLY = (NUMBERS, PERSISTENT, ENHANCEMENT)
_VOICE_ONLY_MEMBERS = {
    AUTO_ACCEPT: "AgentFirstCallbackAutoAccept",
    ACW: "AgentFirstCallbackAfterContactWorkConfig",
}
# Legacy member -> the list that replaces it; both in one call are refused (service model).
_TWINS = {
    "AutoAccept": AUTO_ACCEPT,
    "AfterContactWorkTimeLimit": ACW,
    "PhoneType": NUMBERS,
    "DeskPhoneNumber": NUMBERS,
    "PersistentConnection": PERSISTENT,
}
MAX_ACW_SECONDS = 2_000_000
_DEFAULTS = {
    "PhoneType": "SOFT_PHONE",
    "AutoAccept": False,
    "AfterContactWorkTimeLimit": 0,
    "PersistentConnection": False,
}


def check(params: Mapping[str, Any], settings: Settings) -> None:
    """Raise unless the phone settings of one call are allowed, together and each by itself."""
    legacy = params.get("PhoneConfig", {})
    for member, twin in _TWINS.items():
        if member in legacy and twin in params:
            raise ApiError(settings["conflictCode"], f"PhoneConfig.{member} and {twin} exclude each other.")
    if "PhoneConfig" in params:
        _check_legacy(legacy, settings)
    for name in LISTS:
        _check_list(name, params.get(name, ()), settings)


def _check_legacy(legacy: Mapping[str, Any], settings: Settings) -> None:
    if "PhoneType" not in legacy and settings["phoneTypeRequired"] == "yes":
        raise invalid_parameter("PhoneConfig.PhoneType is required.")
    _check_desk(legacy.get("PhoneType"), legacy.get("DeskPhoneNumber"), "PhoneConfig.DeskPhoneNumber", settings)
    _check_acw(legacy.get("AfterContactWorkTimeLimit"), "PhoneConfig.AfterContactWorkTimeLimit", settings)


def _check_list(name: str, elements: list[dict[str, Any]], settings: Settings) -> None:
    channels = [element["Channel"] for element in elements]
    if len(set(channels)) < len(channels) and settings["duplicateChannel"] == "refused":
        raise invalid_parameter(f"{name} names a channel twice.")
    for element in elements:
        _check_element(name, element, settings)


def _check_element(name: str, element: Mapping[str, Any], settings: Settings) -> None:
    if element["Channel"] != "VOICE":
        if name in _VOICE_ONLY:
            raise invalid_parameter(f"{name} supports only the channel VOICE.")
        if _VOICE_ONLY_MEMBERS[name] in element:
            raise invalid_parameter(f"{name}: {_VOICE_ONLY_MEMBERS[name]} supports only the channel VOICE.")
    if name == NUMBERS:
        _check_desk(element["PhoneType"], element.get("PhoneNumber"), f"{name}.PhoneNumber", settings)
    if name == ACW:
        for member in ("AfterContactWorkConfig", "AgentFirstCallbackAfterContactWorkConfig"):
            limit = element.get(member, {}).get("AfterContactWorkTimeLimit")
            _check_acw(limit, f"{name}.{member}.AfterContactWorkTimeLimit", settings)


def _check_desk(phone_type: str | None, number: str | None, member: str, settings: Settings) -> None:
    if phone_type == "DESK_PHONE" and not number and settings["deskPhoneNumberRequired"] == "yes":
        raise invalid_parameter(f"{member} is required with DESK_PHONE.")


def _check_acw(seconds: int | None, member: str, settings: Settings) -> None:
    if seconds is not None and seconds > MAX_ACW_SECONDS and settings["acwMaximum"] == "refused":
        raise invalid_parameter(f"{member} must be at most {MAX_ACW_SECONDS} seconds.")


def created(params: Mapping[str, Any]) -> Channels:
    """Return the settings of a new user: legacy ones, or their defaults, with the given lists in place."""
    return with_lists(with_legacy({}, params.get("PhoneConfig", {}), merge=False), params)


def with_legacy(channels: Channels, legacy: Mapping[str, Any], *, merge: bool) -> Channels:
    """Return the settings after a legacy write; without `merge`, members left out go back to their defaults."""
    base = legacy_view(channels) if merge else {}
    kept = channels.get(AUTO_ACCEPT, {}).get("VOICE", {}) if merge else {}
    wanted = {**_DEFAULTS, **base, **legacy}
    number = wanted.get("DeskPhoneNumber")
    phone = {"Channel": "VOICE", "PhoneType": wanted["PhoneType"], **({"PhoneNumber": number} if number else {})}
    accept = {**kept, "Channel": "VOICE", "AutoAccept": wanted["AutoAccept"]}
    persistent = {"Channel": "VOICE", "PersistentConnection": wanted["PersistentConnection"]}
    work = {"AfterContactWorkTimeLimit": wanted["AfterContactWorkTimeLimit"]}
    flattens = not merge or "AfterContactWorkTimeLimit" in legacy
    return {
        **channels,
        AUTO_ACCEPT: {**channels.get(AUTO_ACCEPT, {}), "VOICE": accept},
        NUMBERS: {"VOICE": phone},
        PERSISTENT: {"VOICE": persistent},
        ACW: {channel: {"Channel": channel, "AfterContactWorkConfig": work} for channel in CHANNELS}
        if flattens
        else channels.get(ACW, {}),
    }


def with_lists(
    channels: Channels, params: Mapping[str, Any], *, keep_lists: bool = True, keep_channels: bool = False
) -> Channels:
    """Return the settings after per-channel lists; what is not given is kept or cleared as told."""
    found: Channels = {}
    for name in LISTS:
        before = channels.get(name, {})
        if name in params:
            given = {element["Channel"]: dict(element) for element in params[name]}
            found[name] = {**before, **given} if keep_channels else given
        elif keep_lists:
            found[name] = before
    return found


def legacy_view(channels: Channels) -> dict[str, Any]:
    """Return PhoneConfig: what VOICE has, in seconds."""
    voice = {name: channels.get(name, {}).get("VOICE", {}) for name in LISTS}
    work = voice[ACW].get("AfterContactWorkConfig", {})
    view = {
        "PhoneType": voice[NUMBERS].get("PhoneType", _DEFAULTS["PhoneType"]),
        "AutoAccept": voice[AUTO_ACCEPT].get("AutoAccept", False),
        "AfterContactWorkTimeLimit": work.get("AfterContactWorkTimeLimit", 0),
        "PersistentConnection": voice[PERSISTENT].get("PersistentConnection", False),
    }
    number = voice[NUMBERS].get("PhoneNumber")
    return {**view, "DeskPhoneNumber": number} if number else view


def list_views(channels: Channels) -> dict[str, list[dict[str, Any]]]:
    """Return the per-channel lists that are not empty, in seconds, channels in the model's order."""
    return {
        name: [channels[name][channel] for channel in CHANNELS if channel in channels[name]]
        for name in LISTS
        if channels.get(name)
    }


def in_milliseconds(views: dict[str, Any], *, per_channel: bool) -> dict[str, Any]:
    """Return phone views as SearchUsers shows them: after-contact work in milliseconds (service model)."""
    shown = dict(views)
    if "PhoneConfig" in shown:
        shown["PhoneConfig"] = _thousandfold(shown["PhoneConfig"])
    if per_channel and ACW in shown:
        shown[ACW] = [
            {name: _thousandfold(value) if isinstance(value, dict) else value for name, value in element.items()}
            for element in shown[ACW]
        ]
    return shown


def _thousandfold(block: Mapping[str, Any]) -> dict[str, Any]:
    if "AfterContactWorkTimeLimit" not in block:
        return dict(block)
    return {**block, "AfterContactWorkTimeLimit": block["AfterContactWorkTimeLimit"] * 1000}
