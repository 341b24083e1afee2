"""The Kubernetes API, as the engine needs it. Each verb states its idempotence: the engine may stop at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import msgspec

from connect_operator.domain.kinds.assignment import ConnectContactAssignment
from connect_operator.domain.kinds.objects import ConnectInstance, ConnectUser
from connect_operator.engine.ports.connect import Password


class SecretValue(NamedTuple):
    """A key of a Secret: its password (None: the key is missing) and the Secret's identity.

    `made_for`: the uid of the ConnectUser for which this operator made it, "" for any other Secret. `made`: when, by
    the API server's clock. `deleting`: whether it is on its way out.
    """

    password: Password | None
    uid: str
    resource_version: str
    made_for: str = ""
    made: float = 0.0
    deleting: bool = False


class ObjectGoneError(Exception):
    """The Kubernetes object does not exist any more, or another one has its name now."""


class ObjectChangedError(Exception):
    """The Kubernetes object was changed meanwhile; read it again and decide anew."""


class ClusterUnavailableError(Exception):
    """The Kubernetes API did not answer, or answered 429 or 5xx; try again.

    `retry_after`: the seconds before which that is of no use, where they are known. `spared`: it was not even asked,
    since it refuses at present, which has been logged.
    """

    def __init__(self, message: str = "", *, retry_after: float | None = None, spared: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.spared = spared


class ClusterApi(Protocol):
    """The Kubernetes API, for what the engine writes and for Secrets. All verbs name the object with its uid."""

    async def add_finalizer(self, user: ConnectUser) -> ConnectUser:
        """Put our finalizer on, with a JSON patch that tests uid and the list; returns the object as it is now.

        Raises ObjectGoneError (also when it is being deleted), ObjectChangedError, ClusterUnavailableError. Idempotent.
        """
        ...

    async def remove_finalizer(self, user: ConnectUser) -> None:
        """Take our finalizer off, likewise. An object that is gone is success. Idempotent."""
        ...

    async def read_user(self, user: ConnectUser) -> ConnectUser | None:
        """The object as the API server has it now; None when it is gone or another uid has its name."""
        ...

    async def write_user_status(self, user: ConnectUser, status: Mapping[str, Any]) -> str:
        """Make the status subresource exactly this (camelCase, JSON types); returns the new resourceVersion.

        Raises ObjectGoneError, ClusterUnavailableError. Idempotent.
        """
        ...

    async def pin_user_status(self, user: ConnectUser, status: Mapping[str, Any]) -> ConnectUser:
        """Make the status subresource exactly this, of this very version of the object; returns the new version.

        Raises ObjectChangedError where anybody has changed the object since, ObjectGoneError where it is gone or
        another one has its name, ClusterUnavailableError.
        """
        ...

    async def write_instance_status(self, instance: ConnectInstance, status: Mapping[str, Any]) -> str:
        """Likewise for a ConnectInstance."""
        ...

    async def hold_instance(self, instance: ConnectInstance) -> None:
        """Put our finalizer on a ConnectInstance, so that it stays while users need it. Idempotent.

        Raises ObjectGoneError, ObjectChangedError, ClusterUnavailableError.
        """
        ...

    async def release_instance(self, instance: ConnectInstance) -> None:
        """Take it off again. An object that is gone is success. Idempotent."""
        ...

    async def remove_annotation(self, instance: ConnectInstance, key: str) -> None:
        """Take an annotation off a ConnectInstance. Idempotent; an instance that is gone is success."""
        ...

    async def read_teardown(self, user: ConnectUser, instance: str) -> str:
        """What is being uninstalled around an object, so that its deletion may not be meant; "" for nothing.

        That is one of our kinds' definitions, the object's namespace, or its ConnectInstance. Where that may not be
        read, it says so. Raises ClusterUnavailableError.
        """
        ...

    async def read_secret(self, namespace: str, name: str, key: str) -> SecretValue | None:
        """A get on that one Secret; None when it does not exist. Raises PermissionError, ClusterUnavailableError."""
        ...

    async def create_secret(
        self, user: ConnectUser, name: str, key: str, password: Password, *, rehearse: bool = False
    ) -> bool:
        """Make a Secret in the object's namespace, marked as made for it and owned by it; False where one exists.

        With `rehearse` everything is checked and nothing made. Raises PermissionError (with what to grant), ValueError
        (what the API server has against it), ClusterUnavailableError. Never changes a Secret that exists.
        """
        ...

    async def delete_secret(self, namespace: str, name: str, secret: SecretValue) -> None:
        """Delete that very version of the Secret; one that is gone is success.

        Raises ObjectChangedError, PermissionError (with what to grant), ClusterUnavailableError. Idempotent.
        """
        ...

    def server_now(self) -> float:
        """What time it is by the API server's clock, in seconds since the epoch."""
        ...

    def post_event(self, target: ConnectUser | ConnectInstance, event: Event) -> None:
        """Queue a Kubernetes Event; never waits, never raises."""
        ...


class AssignmentsApi(Protocol):
    """The Kubernetes API, for what the engine writes about ConnectContactAssignments."""

    async def write_assignment_status(
        self, assignment: ConnectContactAssignment, status: Mapping[str, Any]
    ) -> ConnectContactAssignment:
        """Make the status subresource exactly this, of this very version of the object; returns the new version.

        Raises ObjectChangedError where anybody has changed the object since (so of two writers one succeeds) or another
        one has its name by now, ObjectGoneError, ClusterUnavailableError. NOT idempotent.
        """
        ...

    async def read_assignment(self, assignment: ConnectContactAssignment) -> ConnectContactAssignment | None:
        """The object as the API server has it now; None when it is gone or another uid has its name."""
        ...

    async def delete_assignment(self, assignment: ConnectContactAssignment) -> None:
        """Delete this very version of the object; one that is gone or was changed meanwhile is left. Idempotent."""
        ...

    def post_event(self, target: ConnectContactAssignment, event: Event) -> None:
        """Queue a Kubernetes Event; never waits, never raises."""
        ...


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A Kubernetes Event about an object: `warning` or normal, a PascalCase reason, one sentence."""

    reason: str
    message: str
    warning: bool = False
