"""The ports: what the engine needs of Amazon Connect, of the Kubernetes API and of time.

aws/ and kube/ implement them; nothing here knows a library. Each verb states its idempotence, because the engine may
be stopped between any two of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import msgspec

from connect_operator.domain.assignment import ConnectContactAssignment, ContactView
from connect_operator.domain.objects import ConnectInstance, ConnectUser, ObjectKey, Version
from connect_operator.domain.references import Catalog, CatalogKind
from connect_operator.domain.spec import ConnectInstanceSpec, Proficiency
from connect_operator.domain.user import Described, ObservedUser, UserSummary


class InstanceFacts(NamedTuple):
    """What DescribeInstance tells and never changes."""

    arn: str
    identity_management_type: str


class UserPage(NamedTuple):
    """One page of ListUsers or SearchUsers; `next_token` is None on the last one."""

    users: tuple[ObservedUser, ...] | tuple[UserSummary, ...]
    next_token: str | None
    total: int | None = None


class Created(NamedTuple):
    """The answer to CreateUser; both ids are optional in the service model, so either may be ''."""

    user_id: str
    user_arn: str
    server_time: float


class QuickConnect(NamedTuple):
    """A quick connect, and the user that it leads to; "" where it leads elsewhere."""

    id: str
    name: str
    user_id: str


class Password:
    """A password on its way from a Secret to one CreateUser call; it shows itself to nobody."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The clear text; for the adapter only, at the moment of the call."""
        return self._text

    def __repr__(self) -> str:
        return "Password(***)"


class ConnectApi(Protocol):
    """One Connect instance, as its credentials see it. Every verb is one HTTP request, or raises ConnectError.

    Reads may be retried by the adapter on network errors only; writes are sent exactly once. No verb waits for quota:
    the caller holds the token. Cancelling a verb does not recall a request that was sent; one that was still queued is
    never sent. Keep the opened API for as long as the instance lives: it remembers what answers have told about units.
    """

    async def describe_instance(self) -> InstanceFacts:
        """DescribeInstance."""
        ...

    async def list_users(self, next_token: str | None) -> UserPage:
        """ListUsers, 1000 a page."""
        ...

    async def search_users(self, next_token: str | None, *, username: str | None = None) -> UserPage:
        """SearchUsers, 500 a page, or the one user of exactly that username."""
        ...

    async def describe_user(self, user_id: str) -> Described:
        """DescribeUser."""
        ...

    async def list_user_proficiencies(self, user_id: str) -> tuple[Proficiency, ...]:
        """ListUserProficiencies; a user has at most 10 and a page holds 100, so one page is all."""
        ...

    async def list_catalog(self, kind: CatalogKind, next_token: str | None) -> tuple[Catalog, str | None]:
        """One page of routing profiles, security profiles or hierarchy groups, and the token of the next."""
        ...

    async def list_attributes(self, next_token: str | None) -> tuple[tuple[str, ...], str | None]:
        """One page of the names of predefined attributes, and the token of the next."""
        ...

    async def describe_attribute(self, name: str) -> tuple[str, ...]:
        """DescribePredefinedAttribute: its values."""
        ...

    async def create_user(self, parameters: Mapping[str, Any], password: Password | None) -> Created:
        """CreateUser with AWS's own parameter names, less InstanceId and Password. NOT idempotent, no client token."""
        ...

    async def write(self, operation: str, parameters: Mapping[str, Any]) -> float:
        """Any other write (DeleteUser, Update…, TagResource, …) with AWS's parameter names, less InstanceId.

        Returns the server's time (epoch seconds, of whole seconds: HTTP Date). All of these can be repeated safely.
        """
        ...

    async def associate_contact(self, contact_id: str, user_id: str, *, within: float) -> None:
        """AssociateContactWithUser. NOT idempotent, no client token: it may ring a desk.

        What has not begun to be sent `within` so many seconds (the process was stopped, or no thread was free) is not
        sent at all: a ConnectError that is certain. Opening a connection may take its time-out more.
        """
        ...

    async def users_on_contacts(self, user_ids: tuple[str, ...]) -> frozenset[str]:
        """GetCurrentUserData: those of at most 100 users who are being offered or are handling a contact."""
        ...

    async def search_quick_connects(self, next_token: str | None) -> tuple[tuple[QuickConnect, ...], str | None]:
        """One page of SearchQuickConnects, 100 a page, and the token of the next."""
        ...

    async def describe_quick_connect(self, quick_connect_id: str) -> QuickConnect:
        """DescribeQuickConnect."""
        ...

    async def describe_contact(self, contact_id: str) -> ContactView:
        """DescribeContact."""
        ...


class ConnectGateway(Protocol):
    """Makes the ConnectApi of an instance from its spec (region, role, external id); sessions are shared."""

    def open(self, spec: ConnectInstanceSpec) -> ConnectApi:
        """The API of that instance. Raises ValueError with field and remedy when the region cannot be known."""
        ...

    def region(self, spec: ConnectInstanceSpec) -> str | None:
        """The region that calls for this instance go to, None when it cannot be known."""
        ...


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


class KindController(Protocol):
    """The engine's door for one kind: takes what the watch and the comparison with lists find, and tells what is known.

    It is called in the event loop and must neither wait nor raise. The same object may come several times, and an older
    version after a newer one (a read that was overtaken by the watch): it compares `metadata.resource_version`.
    Cluster-scoped objects have an empty namespace in their key.
    """

    def changed(self, subject: Any) -> None:  # noqa: ANN401 - an object of its kind
        """An object as the API server had it."""
        ...

    def gone(self, key: ObjectKey, uid: str, version: str = "") -> None:
        """That very object does not exist any more, since that version ("": not known); a namesake may."""
        ...

    def known(self) -> Mapping[ObjectKey, Version]:
        """All objects, and which version of each."""
        ...

    def buried(self) -> Mapping[ObjectKey, str]:
        """Those of late that do not exist any more, with the version at which they were gone."""
        ...


class Clock(Protocol):
    """Time: wall clock for reports and windows, monotonic for waiting; both in seconds."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Seconds since some start."""
        ...
