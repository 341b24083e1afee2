"""`status` of the kinds: what the operator reports, and the little that it may trust after a restart.

Trusted are `userId`, `createdTime`, `verified`, `applied` and `passwordSecret`; conditions are never read to decide
anything but whether they would change.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

__all__ = [
    "Backlog",
    "CarriedOut",
    "Condition",
    "Deletions",
    "InstanceStatus",
    "ObjectCounts",
    "PasswordSecret",
    "Resolved",
    "UserCounts",
    "UserStatus",
    "Verified",
]


class StatusBlock(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A block of status; members at their default are not written."""


class Condition(StatusBlock, frozen=True, omit_defaults=False):
    """A metav1.Condition."""

    type: str
    status: str
    reason: str
    message: str = ""
    last_transition_time: str = ""
    observed_generation: int = 0


class Resolved(StatusBlock, frozen=True):
    """The ids that the manifest's references stand for at present."""

    routing_profile_id: str | UnsetType = UNSET
    security_profile_ids: tuple[str, ...] | UnsetType = UNSET
    hierarchy_group_id: str | UnsetType = UNSET


class Verified(StatusBlock, frozen=True):
    """What was last seen equal: this generation, with the user as of this LastModifiedTime (RFC 3339)."""

    generation: int
    last_modified_time: str


class PasswordSecret(StatusBlock, frozen=True):
    """Which version of which Secret held the password when the user was created; never anything of its content.

    `deleted_time`: since when it is known to be gone again, by deleteAfter.
    """

    uid: str = ""
    resource_version: str = ""
    deleted_time: str | UnsetType = UNSET


class UserStatus(StatusBlock, frozen=True):
    """`status` of a ConnectUser."""

    observed_generation: int | UnsetType = UNSET
    username: str | UnsetType = UNSET
    user_id: str | UnsetType = UNSET
    user_arn: str | UnsetType = UNSET
    instance_arn: str | UnsetType = UNSET
    created_time: str | UnsetType = UNSET
    resolved: Resolved | UnsetType = UNSET
    verified: Verified | UnsetType = UNSET
    password_secret: PasswordSecret | UnsetType = UNSET
    plan: tuple[str, ...] | UnsetType = UNSET
    ignored: tuple[str, ...] | UnsetType = UNSET
    applied: dict[str, str] | UnsetType = UNSET
    contacts_awaited_since: str | UnsetType = UNSET
    last_handled_reconcile_at: str | UnsetType = UNSET
    conditions: tuple[Condition, ...] = ()


class UserCounts(StatusBlock, frozen=True, omit_defaults=False):
    """Users of an instance; `managed` are those of this cluster's objects."""

    total: int = 0
    managed: int = 0
    ready: int = 0
    unmanaged: int = 0
    drifted: int = 0


class Backlog(StatusBlock, frozen=True, omit_defaults=False):
    """Writes that wait for quota, and by when they will have been made."""

    pending: int = 0
    estimated_completion_time: str | UnsetType = UNSET


class ObjectCounts(StatusBlock, frozen=True, omit_defaults=False):
    """ConnectUser objects of an instance; those that are not Ready are `not_ready`, whatever the reason."""

    total: int = 0
    not_ready: int = 0


class CarriedOut(StatusBlock, frozen=True, omit_defaults=False):
    """So many users were deleted, the last of them at that time (RFC 3339)."""

    time: str
    count: int


class Deletions(StatusBlock, frozen=True):
    """What the deletion guard has to remember over a restart: since when it pauses, and what was carried out."""

    paused_time: str = ""
    carried_out: tuple[CarriedOut, ...] = ()


class InstanceStatus(StatusBlock, frozen=True):
    """`status` of a ConnectInstance."""

    observed_generation: int | UnsetType = UNSET
    instance_arn: str | UnsetType = UNSET
    identity_management_type: str | UnsetType = UNSET
    users: UserCounts | UnsetType = UNSET
    objects: ObjectCounts | UnsetType = UNSET
    deletions: Deletions | UnsetType = UNSET
    backlog: Backlog | UnsetType = UNSET
    full_sweep_completion_time: str | UnsetType = UNSET
    last_handled_reconcile_at: str | UnsetType = UNSET
    conditions: tuple[Condition, ...] = ()


def find_condition(conditions: tuple[Condition, ...], kind: str) -> Condition | None:
    """The condition of that type, if there is one."""
    return next((condition for condition in conditions if condition.type == kind), None)
