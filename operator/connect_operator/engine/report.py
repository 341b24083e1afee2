"""One status write at the end of a pass, when it says something new, and an Event with every change of reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from connect_operator.domain.conditions import Verdict, conditions
from connect_operator.domain.objects import ConnectUser
from connect_operator.domain.reasons import TABLE, Reason
from connect_operator.domain.status import Resolved, UserStatus, Verified, find_condition
from connect_operator.domain.timestamps import epoch, rfc3339
from connect_operator.engine.inventory import DATE_GRANULARITY, Record
from connect_operator.engine.memory import Memory
from connect_operator.engine.ports import Clock, ClusterApi, Event, ObjectGoneError
from connect_operator.engine.store import Store


@dataclass(frozen=True, slots=True)
class Findings:
    """What a pass knows for certain about an object's user, besides its verdict."""

    instance_arn: str = ""
    resolved: Resolved | UnsetType = UNSET
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Reporter:
    """Writes the status of ConnectUsers. `concluded` is told of every verdict, and whether the counts move with it."""

    cluster: ClusterApi
    store: Store
    clock: Clock
    concluded: Callable[[ConnectUser, Reason, bool], None]

    async def report(self, user: ConnectUser, memory: Memory, verdict: Verdict, findings: Findings) -> None:
        """Make the object's status say this; writes nothing when it does already. Raises ClusterUnavailableError."""
        before = current_status(user, memory)
        status = self._status(user, memory, before, verdict, findings)
        was = (memory.ready, memory.drifted)
        if verdict.reason is not Reason.SUSPENDED:
            memory.ready, memory.drifted = TABLE[verdict.reason].ready, bool(verdict.plan)
        moved = was != (memory.ready, memory.drifted) or verdict.reason is Reason.WAITING_FOR_QUOTA
        self.concluded(user, verdict.reason, moved)
        memory.unreported = False
        if status == before:
            memory.status = status
            return
        try:
            memory.status_version = await self.cluster.write_user_status(user, _plain(status))
        except ObjectGoneError:
            return
        memory.status = status
        self._announce(user, before, verdict)

    def _status(
        self, user: ConnectUser, memory: Memory, before: UserStatus, verdict: Verdict, findings: Findings
    ) -> UserStatus:
        generation, now = user.metadata.generation, self.clock.now()
        record = findings.record
        memory.trying = memory.trying.at(verdict.reason.value, generation, now)
        return UserStatus(
            observed_generation=generation,
            username=user.username,
            user_id=memory.user_id or (record.user.user_id if record else _kept(before.user_id, memory)),
            user_arn=memory.user_arn or (record.user.arn if record else _kept_arn(before, memory)),
            instance_arn=findings.instance_arn or before.instance_arn,
            created_time=rfc3339(memory.created) if memory.created else before.created_time,
            resolved=findings.resolved if findings.resolved is not UNSET else before.resolved,
            verified=_verified(before, generation, verdict, record),
            password_secret=memory.password_secret or before.password_secret,
            plan=verdict.plan or UNSET,
            conditions=conditions(
                verdict, before.conditions, generation=generation, now=rfc3339(now), tried=now - memory.trying.since
            ),
        )

    def _announce(self, user: ConnectUser, before: UserStatus, verdict: Verdict) -> None:
        row = TABLE[verdict.reason]
        ready = find_condition(before.conditions, "Ready")
        if row.event and (ready is None or ready.reason != verdict.reason):
            event = Event(reason=verdict.reason.value, message=verdict.message, warning=row.warning)
            self.cluster.post_event(user, event)


def current_status(user: ConnectUser, memory: Memory) -> UserStatus:
    """The status as it is: what was last written, until the watch has brought that or something newer."""
    if memory.status is None:
        return user.status
    written, seen = memory.status_version, user.metadata.resource_version
    if written.isdecimal() and seen.isdecimal() and int(seen) >= int(written):
        return user.status
    return memory.status


def _kept(before: str | UnsetType, memory: Memory) -> str | UnsetType:
    return UNSET if before == memory.disowned else before


def _kept_arn(before: UserStatus, memory: Memory) -> str | UnsetType:
    return UNSET if before.user_id == memory.disowned else before.user_arn


def _verified(before: UserStatus, generation: int, verdict: Verdict, record: Record | None) -> Verified | UnsetType:
    """What was seen equal: renewed only when it would say something else, since each renewal is a write."""
    if verdict.reason is not Reason.AVAILABLE or record is None:
        return before.verified
    stamps = [stamp for stamp in (record.last_modified, record.written_stamp) if stamp is not None]
    if not stamps:
        return before.verified
    newest = max(stamps)
    known = before.verified
    if known is not UNSET and known.generation == generation:
        stamp = epoch(known.last_modified_time)
        if stamp is not None and newest <= stamp + DATE_GRANULARITY:
            return known
    return Verified(generation=generation, last_modified_time=rfc3339(newest))


def _plain(status: UserStatus) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(status)
    return plain
