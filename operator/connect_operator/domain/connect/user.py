"""A Connect user as a value: what a manifest asks for (DesiredUser) and what Connect holds (ObservedUser).

Both use bare ids, never ARNs, and the manifest's own blocks for per-channel settings, so that they compare directly.
After-contact work is in seconds in both (SearchUsers reports milliseconds; the adapter converts).
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from connect_operator.domain.kinds import spec as manifest


class _Value(msgspec.Struct, frozen=True, kw_only=True):
    pass


class DesiredUser(_Value, frozen=True):
    """What the manifest asks for, references resolved to bare ids. UNSET: unmanaged; empty: make it empty.

    `by_directory`: names and e-mail address are an existing directory's, and no call may name them.
    `default_tags`: kept on the user beside `tags`, which win; where `tags` is UNSET all other tags are left alone.
    """

    username: str
    by_directory: bool = False
    directory_user_id: str | UnsetType = UNSET
    identity_info: manifest.IdentityInfo | UnsetType = UNSET
    routing_profile_id: str | UnsetType = UNSET
    security_profile_ids: tuple[str, ...] | UnsetType = UNSET
    hierarchy_group_id: str | UnsetType = UNSET
    phone_config: manifest.PhoneConfig | UnsetType = UNSET
    auto_accept_configs: tuple[manifest.AutoAcceptConfig, ...] | UnsetType = UNSET
    after_contact_work_configs: tuple[manifest.AfterContactWorkPerChannel, ...] | UnsetType = UNSET
    phone_number_configs: tuple[manifest.PhoneNumberConfig, ...] | UnsetType = UNSET
    persistent_connection_configs: tuple[manifest.PersistentConnectionConfig, ...] | UnsetType = UNSET
    voice_enhancement_configs: tuple[manifest.VoiceEnhancementConfig, ...] | UnsetType = UNSET
    proficiencies: tuple[manifest.Proficiency, ...] | UnsetType = UNSET
    tags: dict[str, str] | UnsetType = UNSET
    default_tags: dict[str, str] = {}


class ContactDetails(_Value, frozen=True):
    """What only DescribeUser returns (service model: SearchUsers and ListUsers lack it). Empty: not set."""

    email: str = ""
    secondary_email: str = ""
    mobile: str = ""


class ObservedUser(_Value, frozen=True):
    """What Connect holds, as far as it was read. `contact` and `proficiencies` are UNSET until read on their own.

    `after_contact_work_configs` is UNSET where SearchUsers left its unit open (seconds or milliseconds); DescribeUser
    tells.
    """

    user_id: str
    arn: str
    username: str
    directory_user_id: str = ""
    first_name: str = ""
    last_name: str = ""
    contact: ContactDetails | UnsetType = UNSET
    routing_profile_id: str = ""
    security_profile_ids: tuple[str, ...] = ()
    hierarchy_group_id: str = ""
    phone_config: manifest.PhoneConfig = manifest.PhoneConfig()
    auto_accept_configs: tuple[manifest.AutoAcceptConfig, ...] = ()
    after_contact_work_configs: tuple[manifest.AfterContactWorkPerChannel, ...] | UnsetType = ()
    phone_number_configs: tuple[manifest.PhoneNumberConfig, ...] = ()
    persistent_connection_configs: tuple[manifest.PersistentConnectionConfig, ...] = ()
    voice_enhancement_configs: tuple[manifest.VoiceEnhancementConfig, ...] = ()
    proficiencies: tuple[manifest.Proficiency, ...] | UnsetType = UNSET
    tags: dict[str, str] = {}


class UserSummary(_Value, frozen=True):
    """A line of ListUsers. `last_modified` is in seconds since the epoch, None where Connect sends none."""

    user_id: str
    arn: str
    username: str
    last_modified: float | None = None


class Described(_Value, frozen=True):
    """An answer of DescribeUser: the user with `contact`, and when it was last modified (epoch seconds)."""

    user: ObservedUser
    last_modified: float | None = None
