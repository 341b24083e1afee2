"""One status write at the end of a pass, when it says something new, and an Event with every change of reason."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from connect_operator.domain.conditions.conditions import RESOLVED, Verdict, conditions, safe_verdict
from connect_operator.domain.conditions.reasons import CONVERGED, TABLE, Reason
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.kinds.status import Resolved, UserStatus, Verified, find_condition
from connect_operator.domain.text.timestamps import epoch, rfc3339
from connect_operator.engine.instances.own_writes import DATE_GRANULARITY
from connect_operator.engine.instances.record import Record
from connect_operator.engine.ports import Clock, ClusterApi, ClusterUnavailableError, Event, ObjectGoneError
from connect_operator.engine.store import Store
from connect_operator.engine.users.applied import texts
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.situation import Situation


@dataclass(frozen=True, slots=True)
class Findings:
    """What a pass knows about an object's user, besides its verdict.

    `instance_arn`: where the user lives, or may have been made; "" when nothing was attempted. `user_id`: the id under
    which it is looked for.
    """

    instance_arn: str = ""
    user_id: str = ""
    resolved: Resolved | UnsetType = UNSET
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Reporter:
    """Writes the status of ConnectUsers. `concluded` is told of every verdict, and whether the counts move with it."""

    cluster: ClusterApi
    store: Store
    clock: Clock
    concluded: Callable[[ConnectUser, Reason, bool], None]

    def is_pinned(self, situation: Situation) -> bool:
        """Whether status names the instance, and no user that is gone: then nothing is to be written before a call."""
        status = current_status(situation.user, situation.memory)
        known = status.user_id if status.user_id is not UNSET else ""
        return status.instance_arn == str(situation.arn) and known in ("", situation.memory.user_id)

    async def pin(self, situation: Situation, reason: Reason, message: str) -> ConnectUser:
        """Have status say, before a call, where the user will live; returns that version of the object.

        Raises ObjectChangedError when the object is not the one that was decided on, ObjectGoneError,
        ClusterUnavailableError.
        """
        user, memory, arn = situation.user, situation.memory, str(situation.arn)
        before = current_status(user, memory)
        verdict = Verdict(reason=reason, message=message, references=RESOLVED)
        generation, now = user.metadata.generation, rfc3339(self.clock.now())
        status = msgspec.structs.replace(
            before,
            observed_generation=generation,
            username=user.username,
            user_id=memory.user_id or UNSET,
            user_arn=memory.identity.user_arn or UNSET,
            instance_arn=arn,
            created_time=UNSET,
            verified=UNSET,
            applied=_applied(memory, before),
            password_secret=UNSET,
            conditions=conditions(verdict, before.conditions, generation=generation, now=now),
        )
        memory.telling.send(status)
        memory.identity.forget_secret()
        fresh = await self.cluster.pin_user_status(user, _plain(status))
        memory.identity.live_in(arn)
        memory.telling.write(status, fresh.metadata.resource_version)
        return fresh

    async def report(self, user: ConnectUser, memory: Memory, verdict: Verdict, findings: Findings | None) -> None:
        """Make the object's status say this; writes nothing when it does already. Raises ClusterUnavailableError.

        `findings`: None when the instance cannot be used, so that nothing is known about its users.
        """
        before = current_status(user, memory)
        verdict = safe_verdict(verdict)
        memory.telling.try_for(verdict.reason.value, user.metadata.generation, self.clock.now())
        status = self._status(user, memory, before, verdict, findings)
        moved = verdict.reason is Reason.WAITING_FOR_QUOTA
        if verdict.reason is not Reason.SUSPENDED:
            stands_anew = memory.telling.stand(ready=TABLE[verdict.reason].ready, drifted=bool(verdict.plan))
            moved = moved or stands_anew
        self.concluded(user, verdict.reason, moved)
        memory.telling.report()
        if await self._write(user, memory, status):
            self._announce(user, before, verdict)

    async def refused(self, user: ConnectUser, memory: Memory, error: PermissionError) -> None:
        """Say that the Kubernetes API does not let the operator do what the object needs, where it lets it say so."""
        verdict = Verdict(reason=Reason.PERMISSION_DENIED, message=f"the Kubernetes API refuses a write: {error}")
        # It may be the very status that is denied.
        with contextlib.suppress(ClusterUnavailableError, PermissionError):
            await self.report(user, memory, verdict, None)

    async def answer(self, user: ConnectUser, memory: Memory) -> None:
        """Say that the look was taken which somebody has asked for, and nothing else. Raises likewise."""
        before = current_status(user, memory)
        told = msgspec.structs.replace(before, last_handled_reconcile_at=memory.request.told)
        await self._write(user, memory, told)

    async def _write(self, user: ConnectUser, memory: Memory, status: UserStatus) -> bool:
        """Make it so; tells whether that was a change."""
        before = current_status(user, memory)
        if status == before:
            memory.telling.find(before, user.metadata.resource_version if before is user.status else None)
            return False
        memory.telling.send(status)
        try:
            version = await self.cluster.write_user_status(user, _plain(status))
        except ObjectGoneError:
            return False
        memory.telling.write(status, version)
        return True

    def _status(
        self, user: ConnectUser, memory: Memory, before: UserStatus, verdict: Verdict, findings: Findings | None
    ) -> UserStatus:
        generation, now = user.metadata.generation, self.clock.now()
        told = msgspec.structs.replace(
            before,
            observed_generation=generation,
            username=user.username,
            password_secret=memory.identity.secret or before.password_secret,
            plan=verdict.plan or UNSET,
            ignored=before.ignored if verdict.ignored is None else verdict.ignored or UNSET,
            applied=_applied(memory, before),
            contacts_awaited_since=_awaited_since(memory, verdict),
            last_handled_reconcile_at=memory.request.told,
            conditions=conditions(
                verdict,
                before.conditions,
                generation=generation,
                now=rfc3339(now),
                tried=now - memory.telling.trying.since_time,
            ),
        )
        if findings is None:
            return told
        record = findings.record
        user_id = memory.user_id or (record.user.user_id if record else findings.user_id)
        same = user_id != "" and user_id == before.user_id
        arn = memory.identity.user_arn or (record.user.arn if record else "")
        created = rfc3339(memory.identity.created_time) if memory.identity.created_time else UNSET
        return msgspec.structs.replace(
            told,
            user_id=user_id or UNSET,
            user_arn=arn or (before.user_arn if same else UNSET),
            instance_arn=findings.instance_arn or UNSET,
            created_time=before.created_time if same and created is UNSET else created,
            resolved=findings.resolved if findings.resolved is not UNSET else before.resolved,
            verified=_verified(before, generation, verdict, record) if user_id else UNSET,
        )

    def _announce(self, user: ConnectUser, before: UserStatus, verdict: Verdict) -> None:
        row = TABLE[verdict.reason]
        ready = find_condition(before.conditions, "Ready")
        if row.event and (ready is None or ready.reason != verdict.reason):
            said = verdict.event or verdict.message
            event = Event(reason=verdict.reason.value, message=said, warning=row.warning)
            self.cluster.post_event(user, event)


def current_status(user: ConnectUser, memory: Memory) -> UserStatus:
    """The status as it is: what was last written, until the watch has brought that or something newer."""
    if memory.telling.status is None:
        return user.status
    written, seen = memory.telling.version, user.metadata.resource_version
    if written.isdecimal() and seen.isdecimal() and int(seen) >= int(written):
        return user.status
    return memory.telling.status


def is_told_ready(user: ConnectUser, memory: Memory) -> bool:
    """Whether the status says Ready of this very manifest."""
    ready = find_condition(current_status(user, memory).conditions, "Ready")
    return ready is not None and (ready.status, ready.observed_generation) == ("True", user.metadata.generation)


def see_status(user: ConnectUser, memory: Memory) -> bool:
    """Take note of a status as the watch brings it; tells whether it is neither what was told nor is being written."""
    written, seen = memory.telling.version, user.metadata.resource_version
    overtaken = written.isdecimal() and seen.isdecimal() and int(seen) <= int(written)
    return not memory.telling.see(user.status) and not overtaken and user.status != memory.telling.sent


def _verified(before: UserStatus, generation: int, verdict: Verdict, record: Record | None) -> Verified | UnsetType:
    """What was seen equal: renewed only when it would say something else, since each renewal is a write."""
    if verdict.reason not in CONVERGED or record is None:
        return before.verified
    written = record.written.stamp if record.written is not None else None
    stamps = [stamp for stamp in (record.last_modified, written) if stamp is not None]
    if not stamps:
        return before.verified
    newest = max(stamps)
    known = before.verified
    if known is not UNSET and known.generation == generation:
        stamp = epoch(known.last_modified_time)
        if stamp is not None and newest <= stamp + DATE_GRANULARITY:
            return known
    return Verified(generation=generation, last_modified_time=rfc3339(newest))


def _applied(memory: Memory, before: UserStatus) -> dict[str, str] | UnsetType:
    """What was applied, as this process knows it; until it has looked, as it was told."""
    return before.applied if memory.writes.marks is None else texts(memory.writes.marks) or UNSET


def _awaited_since(memory: Memory, verdict: Verdict) -> str | UnsetType:
    """For a later process: a wait that has begun does not begin anew."""
    since = memory.leave.awaited_since_time
    return UNSET if since is None or verdict.reason is not Reason.WAITING_FOR_CONTACTS else rfc3339(since)


def _plain(status: UserStatus) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(status)
    return plain
