"""The truth about one user of the model of Connect, and the readings of what the documentation leaves open.

The truth is what each channel has; the legacy phone block and the per-channel lists are two ways to see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from connect_operator.domain.kinds.spec import (
    AfterContactWorkPerChannel,
    AutoAcceptConfig,
    PersistentConnectionConfig,
    PhoneNumberConfig,
    VoiceEnhancementConfig,
)

Settings = dict[str, dict[str, dict[str, Any]]]

CHANNELS = ("VOICE", "CHAT", "TASK", "EMAIL")
AUTO, WORK, NUMBER = "AutoAcceptConfigs", "AfterContactWorkConfigs", "PhoneNumberConfigs"
PERSISTENT, ENHANCEMENT = "PersistentConnectionConfigs", "VoiceEnhancementConfigs"
# A legacy member, the list that holds it, and its path within an entry.
LEGACY = {
    "PhoneType": (NUMBER, "PhoneType"),
    "DeskPhoneNumber": (NUMBER, "PhoneNumber"),
    "AutoAccept": (AUTO, "AutoAccept"),
    "PersistentConnection": (PERSISTENT, "PersistentConnection"),
}
LIMIT = "AfterContactWorkTimeLimit"
DEFAULT_ENTRIES: dict[str, dict[str, Any]] = {
    AUTO: {"AutoAccept": False},
    WORK: {"AfterContactWorkConfig": {LIMIT: 0}},
    NUMBER: {"PhoneType": "SOFT_PHONE"},
    PERSISTENT: {"PersistentConnection": False},
    ENHANCEMENT: {"VoiceEnhancementMode": "NONE"},
}
FIRST_CALLBACK: dict[str, dict[str, Any]] = {
    AUTO: {"AgentFirstCallbackAutoAccept": False},
    WORK: {"AgentFirstCallbackAfterContactWorkConfig": {LIMIT: 0}},
}
ENTRY_TYPES: dict[str, tuple[str, Any]] = {
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
