"""Reading Connect instances as the operator does, without writing anything: sweep once, then user by user.

The calls keep to the same quota as the operator's (2 a second for each operation, unless the ConnectInstance or --rate
says otherwise), and wait when the service throttles them: the operator may be at work in the same account.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import msgspec

from connect_operator.cli.progress import Progress, Task
from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.references import Catalog, CatalogKind
from connect_operator.domain.connect.user import Described
from connect_operator.domain.kinds.assignment import ContactView
from connect_operator.domain.kinds.spec import ApiRate, ConnectInstanceSpec, Proficiency
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.services import InstanceServices
from connect_operator.engine.pace.quota import Quota
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
from connect_operator.time_zones import time_zone

T = TypeVar("T")

# How often a read is tried in all, by what went wrong; the pauses between are the quota's, up to half a minute each.
_TRIES = {ErrorKind.THROTTLED: 10, ErrorKind.UNAVAILABLE: 3, ErrorKind.PASSING: 3}
_BURST_SECONDS = 2.5
# After so many seconds without an answer a person is told what is waited for.
_LONG = 2.0


class ReadOnlyConnect:
    """ConnectApi without writes: they are refused here, whatever asks for them. Counts users for the progress."""

    def __init__(self, inner: ConnectApi, users: Task, note: Callable[[str], None]) -> None:
        self._inner = inner
        self._users = users
        self._note = note
        self._told: set[str] = set()

    async def _answer(self, operation: str, call: Awaitable[T]) -> T:
        """The answer; what is waited for is told once, since an endpoint that hangs says nothing by itself."""
        sent = asyncio.ensure_future(call)
        try:
            await asyncio.wait({sent}, timeout=_LONG)
            if not sent.done() and operation not in self._told:
                self._told.add(operation)
                self._note(f"still waiting for Amazon Connect's answer to {operation}")
            return await sent
        finally:
            sent.cancel()

    async def describe_instance(self) -> InstanceFacts:
        """DescribeInstance."""
        return await self._answer("DescribeInstance", self._inner.describe_instance())

    async def list_users(self, next_token: str | None) -> UserPage:
        """ListUsers."""
        return await self._answer("ListUsers", self._inner.list_users(next_token))

    async def search_users(self, next_token: str | None, *, username: str | None = None) -> UserPage:
        """SearchUsers; pages of all users are counted."""
        page = await self._answer("SearchUsers", self._inner.search_users(next_token, username=username))
        if username is None:
            if page.total is not None:
                self._users.expect(page.total)
            self._users.advance(len(page.users))
        return page

    async def describe_user(self, user_id: str) -> Described:
        """DescribeUser."""
        return await self._answer("DescribeUser", self._inner.describe_user(user_id))

    async def list_user_proficiencies(self, user_id: str) -> tuple[Proficiency, ...]:
        """ListUserProficiencies."""
        return await self._answer("ListUserProficiencies", self._inner.list_user_proficiencies(user_id))

    async def list_catalog(self, kind: CatalogKind, next_token: str | None) -> tuple[Catalog, str | None]:
        """One page of a catalog."""
        return await self._answer(f"the list of {kind.value}s", self._inner.list_catalog(kind, next_token))

    async def list_attributes(self, next_token: str | None) -> tuple[tuple[str, ...], str | None]:
        """ListPredefinedAttributes."""
        return await self._answer("ListPredefinedAttributes", self._inner.list_attributes(next_token))

    async def describe_attribute(self, name: str) -> tuple[str, ...]:
        """DescribePredefinedAttribute."""
        return await self._answer("DescribePredefinedAttribute", self._inner.describe_attribute(name))

    async def create_user(self, _parameters: Mapping[str, Any], _password: Password | None) -> Created:
        """Refused."""
        _refuse("CreateUser")

    async def write(self, operation: str, _parameters: Mapping[str, Any]) -> float:
        """Refused."""
        _refuse(operation)

    async def associate_contact(self, _contact_id: str, _user_id: str, *, within: float) -> None:
        """Refused."""
        del within
        _refuse("AssociateContactWithUser")

    async def users_on_contacts(self, user_ids: tuple[str, ...]) -> frozenset[str]:
        """GetCurrentUserData."""
        return await self._answer("GetCurrentUserData", self._inner.users_on_contacts(user_ids))

    async def search_quick_connects(self, next_token: str | None) -> tuple[tuple[QuickConnect, ...], str | None]:
        """SearchQuickConnects."""
        return await self._answer("SearchQuickConnects", self._inner.search_quick_connects(next_token))

    async def describe_quick_connect(self, quick_connect_id: str) -> QuickConnect:
        """DescribeQuickConnect."""
        return await self._answer("DescribeQuickConnect", self._inner.describe_quick_connect(quick_connect_id))

    async def describe_contact(self, contact_id: str) -> ContactView:
        """DescribeContact."""
        return await self._answer("DescribeContact", self._inner.describe_contact(contact_id))


def _refuse(operation: str) -> NoReturn:
    raise RuntimeError(f"{operation} was asked for, but this command only reads")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads instances. `window` is the consistency window in seconds, `rate` replaces the quotas of the instances."""

    gateway: ConnectGateway
    clock: Clock
    jitter: random.Random
    progress: Progress
    window: float
    rate: float | None = None

    async def read(
        self, instances: Mapping[str, ConnectInstanceSpec]
    ) -> tuple[dict[str, Instance], dict[str, Verdict]]:
        """The instances by name, each read whole, and why others could not be read."""
        quota = Quota(self.clock, self.jitter)
        services = InstanceServices(quota, self.clock, self.jitter, self.window, slow=0.0, zones=time_zone)
        outcomes = await asyncio.gather(*(self._read(name, spec, services) for name, spec in instances.items()))
        found: dict[str, Instance] = {}
        problems: dict[str, Verdict] = {}
        for name, outcome in zip(instances, outcomes, strict=True):
            if isinstance(outcome, Verdict):
                problems[name] = outcome
            else:
                found[name] = outcome
        return found, problems

    async def _read(self, name: str, spec: ConnectInstanceSpec, services: InstanceServices) -> Instance | Verdict:
        try:
            inner, region = self.gateway.open(spec), self.gateway.region(spec) or ""
        except ValueError as error:
            return Verdict(reason=Reason.INVALID_SPEC, message=str(error))
        task = self.progress.begin(f"reading the users of {name}")
        api = ReadOnlyConnect(inner, task, lambda text: self.progress.note(f"{name}: {text}"))
        reported = asyncio.Event()
        instance = Instance(
            name=name,
            spec=self._with_rate(spec),
            api=api,
            region=region,
            services=services,
            changed=lambda _instance, _users: None,
            reported=lambda _instance: reported.set(),
            woken=lambda _keys: None,
        )
        return await _observe(instance, reported)

    def _with_rate(self, spec: ConnectInstanceSpec) -> ConnectInstanceSpec:
        if self.rate is None:
            return spec
        burst = max(ApiRate().burst, round(self.rate * _BURST_SECONDS))
        return msgspec.structs.replace(spec, api_rates={"default": ApiRate(rate=self.rate, burst=burst)})


async def _observe(instance: Instance, reported: asyncio.Event) -> Instance | Verdict:
    """Run the instance until it has been observed once, or cannot be."""
    running = asyncio.create_task(instance.run())
    try:
        for attempt in range(1, max(_TRIES.values()) + 1):
            waiting = asyncio.create_task(reported.wait())
            await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if running.done():
                running.result()
            reported.clear()
            if instance.observed:
                return instance
            if instance.problem is None or attempt >= _TRIES_BY_REASON.get(instance.problem.reason, 1):
                break
        return instance.problem or Verdict(reason=Reason.SERVICE_UNAVAILABLE, message="the instance was not read")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def patiently(instance: Instance, operation: str, verb: Callable[[], Awaitable[T]]) -> T:
    """One read for one user when its turn has come, again when the service throttles it. Raises ConnectError."""
    attempt = 1
    while True:
        try:
            return await instance.call(operation, verb)
        except ConnectError as error:
            if attempt >= _TRIES.get(error.kind, 1):
                raise
        attempt += 1


_TRIES_BY_REASON = {
    Reason.THROTTLED: _TRIES[ErrorKind.THROTTLED],
    Reason.SERVICE_UNAVAILABLE: _TRIES[ErrorKind.UNAVAILABLE],
}
