"""The form of a seed file, and of what the control endpoint creates. Keys are lowerCamelCase; unknown ones are errors.

What is left out of an instance gets the default set of profiles, so `{}` is a usable instance.
"""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from connect_sim.state.world import Role


class Spec(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The options that every spec shares."""


class AccessKeySpec(Spec, frozen=True, kw_only=True):
    """A static access key. The secret is shown to people at start; signatures are not verified."""

    access_key_id: str
    secret_access_key: str = "simulated"  # noqa: S105 - made up, and never verified


class AccountSpec(Spec, frozen=True, kw_only=True):
    """An AWS account and the keys that belong to it."""

    id: str
    access_keys: list[AccessKeySpec] = []


class RoutingProfileSpec(Spec, frozen=True, kw_only=True):
    """A routing profile; the ID is derived from the name unless given."""

    name: str
    id: str | None = None
    description: str | None = None
    queue_ids: tuple[str, ...] = ()
    manual_queue_ids: tuple[str, ...] = ()
    default_outbound_queue_id: str | None = None
    is_default: bool = False
    tags: dict[str, str] = {}


class SecurityProfileSpec(Spec, frozen=True, kw_only=True):
    """A security profile; the ID is derived from the name unless given."""

    name: str
    id: str | None = None
    description: str | None = None
    type: str = "CUSTOMER_MANAGED"
    tags: dict[str, str] = {}


class HierarchyGroupSpec(Spec, frozen=True, kw_only=True):
    """A group of the agent hierarchy with its children; the ID is derived from the path unless given."""

    name: str
    id: str | None = None
    parent_id: str | None = None
    tags: dict[str, str] = {}
    children: list[HierarchyGroupSpec] = []


class ContactSpec(Spec, frozen=True, kw_only=True):
    """A contact, queued unless its state says otherwise."""

    id: str | None = None
    channel: str = "TASK"
    state: str = "QUEUED"
    initiation_method: str = "INBOUND"
    queue_id: str | None = None
    agent_id: str | None = None
    name: str | None = None
    tags: dict[str, str] = {}


class QuickConnectSpec(Spec, frozen=True, kw_only=True):
    """A quick connect to a user (USER), queue (QUEUE), flow (FLOW) or number (PHONE_NUMBER).

    `target` is its ID, the number, or for USER also a username of the instance.
    """

    name: str
    target: str
    type: str = "USER"
    id: str | None = None
    contact_flow_id: str | None = None
    description: str | None = None
    tags: dict[str, str] = {}


class PresenceSpec(Spec, frozen=True, kw_only=True):
    """Where a user is: how often signed in, and under which agent status."""

    sessions: int = 1
    status: str = "Available"


class InstanceSpec(Spec, frozen=True, kw_only=True):
    """An instance and what is in it. `users` are API-shaped (see seeding/users.py)."""

    id: str | None = None
    account: str | None = None
    region: str | None = None
    alias: str | None = None
    identity_management_type: str = "CONNECT_MANAGED"
    status: str = "ACTIVE"
    status_reason: str | None = None
    user_quota: int = 500
    directory_reachable: bool = True
    tags: dict[str, str] = {}
    routing_profiles: list[RoutingProfileSpec] | UnsetType = UNSET
    security_profiles: list[SecurityProfileSpec] | UnsetType = UNSET
    hierarchy: list[HierarchyGroupSpec] = []
    predefined_attributes: dict[str, tuple[str, ...]] = {}
    contacts: list[ContactSpec] = []
    quick_connects: list[QuickConnectSpec] = []
    users: list[dict[str, Any]] = []


class Seed(Spec, frozen=True, kw_only=True):
    """A whole seed file. `settings` is what PATCH /_sim/settings takes."""

    default_account: str
    default_region: str
    accounts: list[AccountSpec]
    roles: list[Role] = []
    instances: list[InstanceSpec] = []
    settings: dict[str, Any] = {}


DEFAULT_QUEUE = "BasicQueue"
DEFAULT_ROUTING_PROFILES = [RoutingProfileSpec(name="Basic Routing Profile", is_default=True)]
DEFAULT_SECURITY_PROFILES = [
    SecurityProfileSpec(name=name, type="AWS_MANAGED")
    for name in ("Admin", "Agent", "CallCenterManager", "QualityAnalyst")
]
