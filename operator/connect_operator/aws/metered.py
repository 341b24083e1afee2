"""A gateway around the gateway that counts and times every call; the adapter and the engine stay clean of metrics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from prometheus_client import Counter, Histogram

from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.connect.references import Catalog, CatalogKind
from connect_operator.domain.connect.user import Described
from connect_operator.domain.kinds.assignment import ContactView
from connect_operator.domain.kinds.spec import ConnectInstanceSpec, Proficiency
from connect_operator.engine.instances.sweep import CATALOG_CALLS
from connect_operator.engine.ports import (
    Clock,
    ConnectApi,
    ConnectGateway,
    Created,
    InstanceFacts,
    Password,
    QuickConnect,
    UserPage,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MeteredGateway:
    """ConnectGateway whose instances are metered. Labels: `calls` operation and code (OK), `seconds` operation."""

    inner: ConnectGateway
    calls: Counter
    seconds: Histogram
    clock: Clock

    def open(self, spec: ConnectInstanceSpec) -> ConnectApi:
        """See ConnectGateway."""
        return MeteredConnect(self.inner.open(spec), self)

    def region(self, spec: ConnectInstanceSpec) -> str | None:
        """See ConnectGateway."""
        return self.inner.region(spec)

    async def measure(self, operation: str, call: Callable[[], Awaitable[T]]) -> T:
        """The call's answer, counted and timed."""
        began, code = self.clock.monotonic(), "OK"
        try:
            return await call()
        except ConnectError as error:
            code = error.code
            raise
        finally:
            self.calls.labels(operation, code).inc()
            self.seconds.labels(operation).observe(self.clock.monotonic() - began)


@dataclass(frozen=True, slots=True)
class MeteredConnect:
    """ConnectApi that measures; see ports for the verbs."""

    inner: ConnectApi
    meter: MeteredGateway

    async def describe_instance(self) -> InstanceFacts:
        """DescribeInstance."""
        return await self.meter.measure("DescribeInstance", self.inner.describe_instance)

    async def list_users(self, next_token: str | None) -> UserPage:
        """ListUsers."""
        return await self.meter.measure("ListUsers", lambda: self.inner.list_users(next_token))

    async def search_users(self, next_token: str | None, *, username: str | None = None) -> UserPage:
        """SearchUsers."""
        return await self.meter.measure("SearchUsers", lambda: self.inner.search_users(next_token, username=username))

    async def describe_user(self, user_id: str) -> Described:
        """DescribeUser."""
        return await self.meter.measure("DescribeUser", lambda: self.inner.describe_user(user_id))

    async def list_user_proficiencies(self, user_id: str) -> tuple[Proficiency, ...]:
        """ListUserProficiencies."""
        return await self.meter.measure("ListUserProficiencies", lambda: self.inner.list_user_proficiencies(user_id))

    async def list_catalog(self, kind: CatalogKind, next_token: str | None) -> tuple[Catalog, str | None]:
        """ListRoutingProfiles, ListSecurityProfiles, SearchUserHierarchyGroups."""
        return await self.meter.measure(CATALOG_CALLS[kind], lambda: self.inner.list_catalog(kind, next_token))

    async def list_attributes(self, next_token: str | None) -> tuple[tuple[str, ...], str | None]:
        """ListPredefinedAttributes."""
        return await self.meter.measure("ListPredefinedAttributes", lambda: self.inner.list_attributes(next_token))

    async def describe_attribute(self, name: str) -> tuple[str, ...]:
        """DescribePredefinedAttribute."""
        return await self.meter.measure("DescribePredefinedAttribute", lambda: self.inner.describe_attribute(name))

    async def create_user(self, parameters: Mapping[str, Any], password: Password | None) -> Created:
        """CreateUser."""
        return await self.meter.measure("CreateUser", lambda: self.inner.create_user(parameters, password))

    async def write(self, operation: str, parameters: Mapping[str, Any]) -> float:
        """Any other write."""
        return await self.meter.measure(operation, lambda: self.inner.write(operation, parameters))

    async def associate_contact(self, contact_id: str, user_id: str, *, within: float) -> None:
        """AssociateContactWithUser."""
        await self.meter.measure(
            "AssociateContactWithUser", lambda: self.inner.associate_contact(contact_id, user_id, within=within)
        )

    async def users_on_contacts(self, user_ids: tuple[str, ...]) -> frozenset[str]:
        """GetCurrentUserData."""
        return await self.meter.measure("GetCurrentUserData", lambda: self.inner.users_on_contacts(user_ids))

    async def search_quick_connects(self, next_token: str | None) -> tuple[tuple[QuickConnect, ...], str | None]:
        """SearchQuickConnects."""
        return await self.meter.measure("SearchQuickConnects", lambda: self.inner.search_quick_connects(next_token))

    async def describe_quick_connect(self, quick_connect_id: str) -> QuickConnect:
        """DescribeQuickConnect."""
        return await self.meter.measure(
            "DescribeQuickConnect", lambda: self.inner.describe_quick_connect(quick_connect_id)
        )

    async def describe_contact(self, contact_id: str) -> ContactView:
        """DescribeContact."""
        return await self.meter.measure("DescribeContact", lambda: self.inner.describe_contact(contact_id))
