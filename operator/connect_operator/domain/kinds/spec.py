"""The manifests as typed, immutable values: `spec` of ConnectUser and ConnectInstance.

Three values per optional field: `UNSET` (absent: unmanaged), an explicit empty value (make it empty), or a value.
The API server has checked the manifest against the CRD before it comes here; what is checked again is the type only.
Defaults of members of blocks stand here and not in the CRD: a default that the API server writes into an atomic block
would make what is applied another than what is stored.
Member names are the contract's, in lowerCamelCase on the wire and snake_case here. No rule of Connect belongs here.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

__all__ = ["UNSET", "UnsetType"]


class Block(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A nested block of a manifest; unknown members are ignored, as the API server prunes them."""


class ObjectRef(Block, frozen=True):
    """A reference by name to another Kubernetes object."""

    name: str


class SecretKeyRef(Block, frozen=True):
    """A key of a Secret in the same namespace.

    `generate`: it is made where there is none; `delete_after`: so long after the user's creation it is deleted again.
    """

    name: str
    key: str = "password"
    generate: bool = False
    delete_after: str | UnsetType = UNSET


class IdentityInfo(Block, frozen=True):
    """Names and addresses; `email` is refused by SAML instances, both names are required by all but directories."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    secondary_email: str | UnsetType = UNSET
    mobile: str | UnsetType = UNSET


class PhoneConfig(Block, frozen=True):
    """The legacy block: one value for all channels. `after_contact_work_time_limit` is in seconds, 0 is unlimited."""

    phone_type: str | UnsetType = UNSET
    auto_accept: bool | UnsetType = UNSET
    after_contact_work_time_limit: int | UnsetType = UNSET
    desk_phone_number: str | UnsetType = UNSET
    persistent_connection: bool | UnsetType = UNSET


class AutoAcceptConfig(Block, frozen=True):
    """Auto-accept of one channel."""

    channel: str
    auto_accept: bool
    agent_first_callback_auto_accept: bool | UnsetType = UNSET


class AfterContactWork(Block, frozen=True):
    """A limit of after-contact work in seconds; 0 is unlimited."""

    after_contact_work_time_limit: int | UnsetType = UNSET


class AfterContactWorkPerChannel(Block, frozen=True):
    """After-contact work of one channel."""

    channel: str
    after_contact_work_config: AfterContactWork
    agent_first_callback_after_contact_work_config: AfterContactWork | UnsetType = UNSET


class PhoneNumberConfig(Block, frozen=True):
    """The telephone of one channel (VOICE only, by the service model)."""

    channel: str
    phone_type: str
    phone_number: str | UnsetType = UNSET


class PersistentConnectionConfig(Block, frozen=True):
    """Persistent connection of one channel (VOICE only)."""

    channel: str
    persistent_connection: bool


class VoiceEnhancementConfig(Block, frozen=True):
    """Voice enhancement of one channel (VOICE only)."""

    channel: str
    voice_enhancement_mode: str


class Proficiency(Block, frozen=True):
    """A level from 1 to 5 in one value of a predefined attribute; the pair of name and value is the key."""

    attribute_name: str
    attribute_value: str
    level: float


class ConnectUserSpec(Block, frozen=True):
    """`spec` of a ConnectUser."""

    instance_ref: ObjectRef | UnsetType = UNSET
    instance_id: str | UnsetType = UNSET
    username: str | UnsetType = UNSET
    identity_info: IdentityInfo | UnsetType = UNSET
    password_secret_ref: SecretKeyRef | UnsetType = UNSET
    directory_user_id: str | UnsetType = UNSET
    routing_profile_id: str | UnsetType = UNSET
    routing_profile_name: str | UnsetType = UNSET
    security_profile_ids: tuple[str, ...] | UnsetType = UNSET
    security_profile_names: tuple[str, ...] | UnsetType = UNSET
    hierarchy_group_id: str | UnsetType = UNSET
    hierarchy_group_path: str | UnsetType = UNSET
    phone_config: PhoneConfig | UnsetType = UNSET
    auto_accept_configs: tuple[AutoAcceptConfig, ...] | UnsetType = UNSET
    after_contact_work_configs: tuple[AfterContactWorkPerChannel, ...] | UnsetType = UNSET
    phone_number_configs: tuple[PhoneNumberConfig, ...] | UnsetType = UNSET
    persistent_connection_configs: tuple[PersistentConnectionConfig, ...] | UnsetType = UNSET
    voice_enhancement_configs: tuple[VoiceEnhancementConfig, ...] | UnsetType = UNSET
    proficiencies: tuple[Proficiency, ...] | UnsetType = UNSET
    tags: dict[str, str] | UnsetType = UNSET
    ignore_drift: tuple[str, ...] | UnsetType = UNSET
    state: Literal["Active", "Inactive"] = "Active"
    active_from: str | UnsetType = UNSET
    active_until: str | UnsetType = UNSET
    deletion_policy: Literal["Delete", "Retain", "Deactivate"] = "Delete"
    adoption_policy: Literal["Never", "IfUnowned", "Always"] | UnsetType = UNSET
    management_policy: Literal["Manage", "Observe"] = "Manage"
    suspend: bool = False


class AssumeRole(Block, frozen=True):
    """A role to assume for every call to one instance."""

    role_arn: str
    external_id: str | UnsetType = UNSET


class AllowedNamespace(Block, frozen=True):
    """A namespace whose users may use the instance, and what they may be given there; an absent list limits nothing.

    `contact_assignments`: to whom contacts may be handed: only to users that this namespace manages, or to anybody.
    """

    name: str
    security_profile_names: tuple[str, ...] | UnsetType = UNSET
    routing_profile_names: tuple[str, ...] | UnsetType = UNSET
    hierarchy_group_paths: tuple[str, ...] | UnsetType = UNSET
    email_domains: tuple[str, ...] | UnsetType = UNSET
    contact_assignments: Literal["OwnUsers", "AnyUser"] = "OwnUsers"


class DeletionGuard(Block, frozen=True):
    """More deletions than both numbers, pending or carried out within `window`, pause all of the instance."""

    max_pending: str | int = "10%"
    min_pending: int = 20
    window: str = "1h"


class RepairWindow(Block, frozen=True):
    """Hours on the wall clock, as HH:MM; past midnight where `end` is not after `start`. `days`: of the start."""

    start: str
    end: str
    days: tuple[str, ...] | UnsetType = UNSET


class DriftRepair(Block, frozen=True):
    """When changes made in Connect are put back: within these windows, by the clock of that zone (IANA name)."""

    time_zone: str
    windows: tuple[RepairWindow, ...]


class InactiveProfiles(Block, frozen=True):
    """The profiles that inactive users have in place of their own, by name or by id."""

    security_profile_names: tuple[str, ...] | UnsetType = UNSET
    security_profile_ids: tuple[str, ...] | UnsetType = UNSET
    routing_profile_name: str | UnsetType = UNSET
    routing_profile_id: str | UnsetType = UNSET


class ApiRate(Block, frozen=True):
    """A raised service quota: calls a second, and the size of the bucket."""

    rate: float = 2.0
    burst: int = 5


class ConnectInstanceSpec(Block, frozen=True):
    """`spec` of a ConnectInstance."""

    instance_id: str
    region: str | UnsetType = UNSET
    assume_role: AssumeRole | UnsetType = UNSET
    allowed_namespaces: tuple[AllowedNamespace, ...] = ()
    allowed_adoption_policies: tuple[str, ...] = ("Never",)
    default_adoption_policy: str = "Never"
    deletion_guard: DeletionGuard = DeletionGuard()
    drift_check_interval: str = "60s"
    detail_check_interval: str = "1h"
    drift_repair: DriftRepair | UnsetType = UNSET
    default_ignore_drift: tuple[str, ...] = ()
    default_tags: dict[str, str] = {}
    inactive: InactiveProfiles | UnsetType = UNSET
    end_sessions: tuple[str, ...] = ("Deletion", "Deactivation")
    wait_for_contacts: str = "0s"
    quick_connects_of_deleted_users: Literal["Keep", "Delete"] = "Keep"
    api_rates: dict[str, ApiRate] = {}

    def allows_namespace(self, namespace: str) -> bool:
        """Whether users of that namespace may use this instance."""
        return self.grant(namespace) is not None

    def grant(self, namespace: str) -> AllowedNamespace | None:
        """The entry that speaks of that namespace: its own, else that of all namespaces; None where it is not admitted.

        Of several for the same name the first holds, as the schema refuses a second.
        """
        named = [entry for entry in self.allowed_namespaces if entry.name == namespace]
        return next(iter(named or [entry for entry in self.allowed_namespaces if entry.name == "*"]), None)
