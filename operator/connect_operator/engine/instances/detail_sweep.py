"""The detail sweep: what no list shows (e-mails, proficiencies), read again user by user, each once an interval.

A change of an e-mail moves LastModifiedTime as far as is known, and then the lists show it; this is for the case that
it does not, and for proficiencies, which are in no list at all. A user whom we have written is read once more when the
window is over, for what was changed in the same second. Other programs of the account need the same quota: all
instances of an account and region together take at most a quarter of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from msgspec import UNSET

from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.unlisted import CONTACT, PROFICIENCIES, asked_for
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.text.timestamps import epoch, seconds
from connect_operator.engine.instances.agenda import Reading
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.pace.quota import Priority

T = TypeVar("T")

# Less is what is left of a difference of two times, and may be smaller than the clock can tell.
_NO_PAUSE = 0.001


def needed(user: ConnectUser, user_id: str) -> Reading | None:
    """What only a call per user shows of the fields that the manifest manages; None when the lists show all."""
    spec = user.spec
    if spec is None or not user_id or user.deleting:
        return None
    managed = asked_for(spec.identity_info, spec.proficiencies)
    created = user.status.created_time
    since = epoch(user.metadata.creation_timestamp if created is UNSET else created) or 0.0
    return Reading(user_id, CONTACT in managed, PROFICIENCIES in managed, since) if managed else None


@dataclass(slots=True)
class DetailSweep:
    """Works an instance's agenda off. `users` yields what is to be read; it is asked anew now and then."""

    instance: Instance
    users: Callable[[], Iterable[Reading]]
    _listed: float = float("-inf")
    _noted: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, reading: Reading) -> None:
        """There is a user with details, perhaps a new one."""
        self.instance.agenda.note(reading)
        self._noted.set()

    async def run(self) -> None:
        """Read for ever, one after another."""
        clock, agenda = self.instance.services.clock, self.instance.agenda
        last = clock.monotonic()
        while True:
            interval = seconds(self.instance.spec.drift_check_interval)
            self.look()
            now = clock.monotonic()
            may = self.instance.observed and now - last >= self.instance.detail_pause(hurried=True)
            hurried = agenda.due(now) if may else None
            reading = hurried or (agenda.next() if self.instance.observed else None)
            due = last + self.instance.detail_pause() - now
            if reading is None or (hurried is None and due > _NO_PAUSE):
                await self._wait(interval if reading is None else min(due, interval))
                continue
            last = clock.monotonic()
            await self._read(reading)

    def look(self) -> None:
        """See which users there are, if that was not done of late."""
        now = self.instance.services.clock.monotonic()
        if not self.instance.observed or now - self._listed < seconds(self.instance.spec.drift_check_interval):
            return
        self._listed = now
        readings = list(self.users())
        for reading in readings:
            self.instance.agenda.note(reading)
        self.instance.agenda.keep({reading.user_id for reading in readings})

    async def _wait(self, patience: float) -> None:
        self._noted.clear()
        try:
            await asyncio.wait_for(self._noted.wait(), patience)
        except TimeoutError:
            return

    async def _read(self, reading: Reading) -> None:
        """Read one user. One that cannot be read now is left for later, and the service for a while."""
        inventory, agenda = self.instance.inventory, self.instance.agenda
        before = inventory.get(reading.user_id)
        if before is None:
            agenda.put_off(reading)  # no list shows it yet, or any more
            return
        was = before.user
        try:
            await self._details(reading)
        except ConnectError as error:
            if error.kind is not ErrorKind.NOT_FOUND:
                agenda.put_off(reading)
                await asyncio.sleep(seconds(self.instance.spec.drift_check_interval))
                return
        agenda.done(reading)
        now = inventory.get(reading.user_id)
        if now is not None and now.user != was:
            self.instance.changed(self.instance, {reading.user_id})

    async def _details(self, reading: Reading) -> None:
        inventory, clock, api = self.instance.inventory, self.instance.services.clock, self.instance.api
        if reading.contact:
            started = clock.monotonic()
            described = await self._call("DescribeUser", lambda: api.describe_user(reading.user_id))
            inventory.take_described(described, started)
        if reading.proficiencies:
            started = clock.monotonic()
            found = await self._call("ListUserProficiencies", lambda: api.list_user_proficiencies(reading.user_id))
            inventory.take_proficiencies(reading.user_id, found, started)

    async def _call(self, operation: str, verb: Callable[[], Awaitable[T]]) -> T:
        return await self.instance.call(operation, verb, Priority.DRIFT)
