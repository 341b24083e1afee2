"""Amazon Connect, as the engine needs it. Each verb states its idempotence: the engine may be stopped at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from connect_operator.domain.connect.references import Catalog, CatalogKind
from connect_operator.domain.connect.user import Described, ObservedUser, UserSummary
from connect_operator.domain.kinds.assignment import ContactView
from connect_operator.domain.kinds.spec import ConnectInstanceSpec, Proficiency


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
