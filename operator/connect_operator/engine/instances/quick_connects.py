"""Quick connects that lead to users whom we have deleted: found in one search for all of them, and deleted.

AWS deletes no quick connect with its user (DeleteQuickConnect's documentation): it stays a transfer target that leads
nowhere, and counts against a quota. SearchQuickConnects shows a hundred a call with where they lead; each that leads to
a deleted user is described once more right before it is deleted, since somebody may have led it elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.pace.growth import doubled
from connect_operator.engine.pace.quota import Priority
from connect_operator.engine.ports import ConnectApi

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Further tries of a call that failed for no reason of its own, in all the pauses of half a minute.
_TRIES = 5
PAUSE = 10.0
"""Seconds between two searches: a wave of deletions is seen to together."""
_PASSING = frozenset({ErrorKind.THROTTLED, ErrorKind.UNAVAILABLE})


class Call(Protocol):
    """One call when its turn has come; raises ConnectError."""

    def __call__(
        self, operation: str, verb: Callable[[], Awaitable[T]], priority: Priority | None = None
    ) -> Awaitable[T]:
        """The answer."""
        ...


@dataclass(slots=True)
class QuickConnects:
    """Tidies up after deleted users of one instance. `woken` is told of the objects whose user has been seen to.

    Several objects may name one user, since others can write status; each of them has its own answer.
    """

    api: ConnectApi
    call: Call
    woken: Callable[[set[ObjectKey]], None]
    _wanted: dict[str, set[ObjectKey]] = field(default_factory=dict)
    _notes: dict[tuple[str, ObjectKey], str] = field(default_factory=dict)
    _asked: asyncio.Event = field(default_factory=asyncio.Event)

    def tidy(self, user_id: str, key: ObjectKey) -> str | None:
        """See to those that lead to this deleted user of that object; None until that is done, then a word on it."""
        if (user_id, key) in self._notes:
            return self._notes.pop((user_id, key))
        self._wanted.setdefault(user_id, set()).add(key)
        self._asked.set()
        return None

    async def run(self) -> None:
        """Tidy up for ever."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            if self._wanted:
                await self._round()
                await asyncio.sleep(PAUSE)

    async def _round(self) -> None:
        """All that are asked for at this time; whatever comes of it, nobody waits for it any longer."""
        users = {user_id: set(keys) for user_id, keys in self._wanted.items()}
        done = dict.fromkeys(users, "")
        try:
            for quick_connect, user_id in (await self._leading_to(frozenset(users))).items():
                told = await self._delete(quick_connect, user_id)
                done[user_id] = "; ".join(filter(None, (done[user_id], told)))
        except ConnectError as error:
            logger.warning("quick connects of deleted users: %s", error.text)
            refused = f"quick connects that lead to the deleted user were not looked for: {error.text}"
            done = {user_id: told or refused for user_id, told in done.items()}
        for user_id, keys in users.items():
            self._wanted[user_id] -= keys
            if not self._wanted[user_id]:
                del self._wanted[user_id]
            self._notes |= {(user_id, key): done[user_id] for key in keys}
        self.woken(set().union(*users.values()))

    async def _leading_to(self, users: frozenset[str]) -> dict[str, str]:
        """The ids of the quick connects that lead to one of these users, and to which."""
        found: dict[str, str] = {}
        token: str | None = None
        while True:
            page, token = await self._patiently("SearchQuickConnects", partial(self.api.search_quick_connects, token))
            found |= {each.id: each.user_id for each in page if each.user_id in users}
            if token is None:
                return found

    async def _delete(self, quick_connect: str, user_id: str) -> str:
        """One of them, if it still leads there; what there is to say of it."""
        try:
            now = await self._patiently("DescribeQuickConnect", lambda: self.api.describe_quick_connect(quick_connect))
            if now.user_id != user_id:
                return ""
            await self._patiently(
                "DeleteQuickConnect", lambda: self.api.write("DeleteQuickConnect", {"QuickConnectId": quick_connect})
            )
        except ConnectError as error:
            if error.kind is ErrorKind.NOT_FOUND:
                return ""
            logger.warning("quick connect %s: %s", quick_connect, error.text)
            return f"quick connect {quick_connect} still leads to the deleted user: {error.text}"
        return f"deleted quick connect {now.name!r} ({quick_connect}), which led to the user"

    async def _patiently(self, operation: str, verb: Callable[[], Awaitable[T]]) -> T:
        for tried in range(_TRIES):
            try:
                return await self.call(operation, verb, Priority.DELETION)
            except ConnectError as error:
                if error.kind not in _PASSING:
                    raise
            await asyncio.sleep(doubled(1.0, tried))
        return await self.call(operation, verb, Priority.DELETION)
