"""The resources of a simulated account, as immutable records: a changed user is a new record.

Members keep the API's own shapes where the API reads and writes them as blocks (`identity_info`, `channels`), so that
semantics need no translation. Times are epoch seconds. No record has a place for a password.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Proficiency(Struct, frozen=True, kw_only=True):
    """One proficiency; the pair of name and value is its key."""

    name: str
    value: str
    level: float


class User(Struct, frozen=True, kw_only=True):
    """A Connect user. `channels` is list member -> channel -> element, e.g. AutoAcceptConfigs -> VOICE -> {...}."""

    id: str
    arn: str
    username: str
    identity_info: dict[str, str] = {}
    channels: dict[str, dict[str, dict[str, Any]]] = {}
    # Which views of the phone settings were written: "legacy", "channels" or both.
    written_views: tuple[str, ...] = ()
    directory_user_id: str | None = None
    security_profile_ids: tuple[str, ...] = ()
    routing_profile_id: str = ""
    hierarchy_group_id: str | None = None
    tags: dict[str, str] = {}
    proficiencies: tuple[Proficiency, ...] = ()
    last_modified_time: float = 0.0
    proficiencies_modified_time: float = 0.0


class Instance(Struct, frozen=True, kw_only=True):
    """A Connect instance."""

    id: str
    arn: str
    account: str
    region: str
    alias: str
    identity_management_type: str = "CONNECT_MANAGED"
    status: str = "ACTIVE"
    status_reason: str | None = None
    created_time: float = 0.0
    user_quota: int = 500
    directory_reachable: bool = True
    tags: dict[str, str] = {}


class RoutingProfile(Struct, frozen=True, kw_only=True):
    """A routing profile; `queue_ids` are the queues whose contacts its users get."""

    id: str
    arn: str
    name: str
    description: str | None = None
    queue_ids: tuple[str, ...] = ()
    manual_queue_ids: tuple[str, ...] = ()
    default_outbound_queue_id: str | None = None
    media_concurrencies: tuple[dict[str, Any], ...] = ()
    is_default: bool = False
    tags: dict[str, str] = {}
    last_modified_time: float = 0.0


class SecurityProfile(Struct, frozen=True, kw_only=True):
    """A security profile."""

    id: str
    arn: str
    name: str
    description: str | None = None
    type: str = "CUSTOMER_MANAGED"
    tags: dict[str, str] = {}
    last_modified_time: float = 0.0


class HierarchyGroup(Struct, frozen=True, kw_only=True):
    """A node of the agent hierarchy; `level_id` is "1" (top) to "5"."""

    id: str
    arn: str
    name: str
    level_id: str
    parent_id: str | None = None
    tags: dict[str, str] = {}
    last_modified_time: float = 0.0


class PredefinedAttribute(Struct, frozen=True, kw_only=True):
    """An attribute with the values that proficiencies may use. Names are unique ignoring case; `id` is the name."""

    id: str
    values: tuple[str, ...]


class QuickConnect(Struct, frozen=True, kw_only=True):
    """A quick connect. `target` is the user, queue or flow ID, or the telephone number, as `type` says.

    It may point at a user that was deleted: nothing tidies it up.
    """

    id: str
    arn: str
    name: str
    type: str
    target: str
    contact_flow_id: str | None = None
    description: str | None = None
    tags: dict[str, str] = {}
    last_modified_time: float = 0.0


class Presence(Struct, frozen=True, kw_only=True):
    """A user at work: `id` is the user's, `sessions` counts where it is signed in, `status` is an agent status's name.

    It outlives its user, as sessions may.
    """

    id: str
    sessions: int = 0
    status: str = "Offline"
    status_since: float = 0.0
    next_status: str | None = None


class Contact(Struct, frozen=True, kw_only=True):
    """A contact. `state` is QUEUED, CONNECTING (offered), CONNECTED, MISSED, ACW (after-contact work) or ENDED."""

    id: str
    arn: str
    channel: str
    state: str = "QUEUED"
    initiation_method: str = "INBOUND"
    queue_id: str | None = None
    initiation_time: float = 0.0
    enqueue_time: float | None = None
    offered_user_id: str | None = None
    agent_id: str | None = None
    connected_time: float | None = None
    disconnect_time: float | None = None
    last_update_time: float = 0.0
    name: str | None = None
    tags: dict[str, str] = {}


class Session(Struct, frozen=True, kw_only=True):
    """Temporary credentials from AssumeRole; `id` is the access key."""

    id: str
    secret_access_key: str
    session_token: str
    account: str
    principal_arn: str
    assumed_role_id: str
    expires_at: float
