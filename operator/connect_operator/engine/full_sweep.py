"""The full sweep: what no list shows (e-mails, proficiencies), read again user by user, round after round.

A change of an e-mail moves LastModifiedTime as far as is known, and then the lists show it; this is for the case that
it does not, and for proficiencies, which are in no list at all. It takes at most half of the quota of its calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from msgspec import UNSET

from connect_operator.domain.errors import ConnectError, ErrorKind
from connect_operator.domain.objects import ConnectUser
from connect_operator.domain.timestamps import seconds
from connect_operator.engine.instance import Instance
from connect_operator.engine.quota import Priority

T = TypeVar("T")

_SHARE = 0.5
_CONTACT = ("email", "secondary_email", "mobile")


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read of one user."""

    user_id: str
    contact: bool
    proficiencies: bool


def needed(user: ConnectUser, user_id: str) -> Reading | None:
    """What only a call per user shows of the fields that the manifest manages; None when the lists show all."""
    spec = user.spec
    if spec is None or not user_id or user.deleting:
        return None
    identity = spec.identity_info
    contact = identity is not UNSET and any(getattr(identity, name) is not UNSET for name in _CONTACT)
    proficiencies = spec.proficiencies is not UNSET
    return Reading(user_id, contact, proficiencies) if contact or proficiencies else None


@dataclass(slots=True)
class FullSweep:
    """Rounds over an instance's users. `users` yields what is to be read, asked anew for each round."""

    instance: Instance
    users: Callable[[], Iterable[Reading]]

    async def run(self) -> None:
        """Go round for ever. A user that cannot be read now is left to the next round."""
        while True:
            readings = list(self.users()) if self.instance.observed else []
            interval = seconds(self.instance.spec.drift_check_interval)
            pause = max(interval / max(1, len(readings)), 1.0 / (self._rate() * _SHARE))
            if readings:
                self.instance.round_ends = self.instance.around.clock.now() + pause * len(readings)
            for reading in readings:
                await asyncio.sleep(pause)
                await self._read(reading)
            if not readings:
                await asyncio.sleep(interval)

    def _rate(self) -> float:
        return self.instance.around.quota.rate(self.instance.operation("DescribeUser"))

    async def _read(self, reading: Reading) -> None:
        inventory, clock = self.instance.inventory, self.instance.around.clock
        before = inventory.get(reading.user_id)
        if before is None:
            return
        was = before.user
        api = self.instance.api
        try:
            if reading.contact:
                started = clock.monotonic()
                described = await self._call("DescribeUser", lambda: api.describe_user(reading.user_id))
                inventory.take_described(described, started)
            if reading.proficiencies:
                started = clock.monotonic()
                held = await self._call("ListUserProficiencies", lambda: api.list_user_proficiencies(reading.user_id))
                inventory.take_proficiencies(reading.user_id, held, started)
        except ConnectError as error:
            if error.kind is not ErrorKind.NOT_FOUND:
                await asyncio.sleep(seconds(self.instance.spec.drift_check_interval))
            return
        now = inventory.get(reading.user_id)
        if now is not None and now.user != was:
            self.instance.changed(self.instance, {reading.user_id})

    async def _call(self, operation: str, verb: Callable[[], Awaitable[T]]) -> T:
        return await self.instance.call(operation, verb, Priority.DRIFT)
