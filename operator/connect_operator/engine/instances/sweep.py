"""Reading an instance whole: every page of both user lists, and what users refer to.

A reading is complete or it raises: half a list would look like a list. Each page takes a token first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Protocol, TypeVar

from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.connect.references import Catalog, CatalogKind, Entry
from connect_operator.domain.connect.user import ObservedUser, UserSummary
from connect_operator.engine.instances.record import Sweep
from connect_operator.engine.ports import ConnectApi, UserPage

T = TypeVar("T")


class Call(Protocol):
    """Makes one call when it has a token for that operation."""

    async def __call__(self, operation: str, verb: Callable[[], Awaitable[T]]) -> T:
        """The verb's answer; raises ConnectError."""
        ...


CATALOG_CALLS = {
    CatalogKind.ROUTING_PROFILE: "ListRoutingProfiles",
    CatalogKind.SECURITY_PROFILE: "ListSecurityProfiles",
    CatalogKind.HIERARCHY_GROUP: "SearchUserHierarchyGroups",
}
# Far above any quota: a service that goes on for ever must not keep us for ever.
_MOST_PAGES = 1000


async def read_users(api: ConnectApi, call: Call, started: float) -> Sweep:
    """ListUsers and SearchUsers to their ends, at the same time: their quotas are separate. Raises ConnectError."""
    sweep = Sweep(started_tick=started)

    async def listed() -> None:
        async for page in _pages("ListUsers", api.list_users, call):
            sweep.listed.update((user.user_id, user) for user in page.users if isinstance(user, UserSummary))

    async def searched() -> None:
        async for page in _pages("SearchUsers", api.search_users, call):
            sweep.searched.update((user.user_id, user) for user in page.users if isinstance(user, ObservedUser))

    for outcome in await asyncio.gather(listed(), searched(), return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
    return sweep


async def read_catalog(api: ConnectApi, call: Call, kind: CatalogKind) -> Catalog:
    """All routing profiles, security profiles or hierarchy groups. Raises ConnectError."""
    entries: list[Entry] = []
    token: str | None = None
    for _ in range(_MOST_PAGES):
        found, token = await call(CATALOG_CALLS[kind], partial(api.list_catalog, kind, token))
        entries += found
        if token is None:
            return tuple(entries)
    raise _endless(CATALOG_CALLS[kind])


async def read_attribute_names(api: ConnectApi, call: Call) -> tuple[str, ...]:
    """The names of all predefined attributes. Raises ConnectError."""
    names: list[str] = []
    token: str | None = None
    for _ in range(_MOST_PAGES):
        found, token = await call("ListPredefinedAttributes", partial(api.list_attributes, token))
        names += found
        if token is None:
            return tuple(names)
    raise _endless("ListPredefinedAttributes")


async def _pages(
    operation: str, verb: Callable[[str | None], Awaitable[UserPage]], call: Call
) -> AsyncIterator[UserPage]:
    token: str | None = None
    for _ in range(_MOST_PAGES):
        page = await call(operation, partial(verb, token))
        yield page
        token = page.next_token
        if token is None:
            return
    raise _endless(operation)


def _endless(operation: str) -> ConnectError:
    return ConnectError(
        operation=operation,
        code="EndlessPages",
        message=f"more than {_MOST_PAGES} pages; the reading was given up",
        http_status=200,
        uncertain=True,
    )
