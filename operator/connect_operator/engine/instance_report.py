"""The status of ConnectInstances: conditions, counts, and how long the backlog will take.

Written when it says something new, and never more often than every few seconds: counts move with every user.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from connect_operator.domain.conditions.conditions import Verdict, conditions
from connect_operator.domain.conditions.reasons import TABLE, Reason
from connect_operator.domain.kinds.instance_finalizer import FOR_ALL, InstanceFinalizer
from connect_operator.domain.kinds.objects import CONFIRM, ConnectInstance
from connect_operator.domain.kinds.status import InstanceStatus, find_condition
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.instance_verdict import verdict_on
from connect_operator.engine.instances.deletion_guard import Guard
from connect_operator.engine.instances.estimates import backlog, full_sweep
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.ports import (
    Clock,
    ClusterApi,
    ClusterUnavailableError,
    Event,
    ObjectChangedError,
    ObjectGoneError,
)
from connect_operator.engine.store import Store
from connect_operator.engine.users.counts import UserCounter
from connect_operator.engine.users.telling import Trying

logger = logging.getLogger(__name__)

_QUIET = 5.0
_RETRY = 10.0
_CHANGED_RETRY = 1.0
_DENIED_RETRY = 60.0


class _Written(NamedTuple):
    """A status that was written, and the version of the object that this has made."""

    status: InstanceStatus
    version: str


@dataclass(slots=True)
class InstanceReporter:
    """Writes the status of ConnectInstances. What was written is remembered by uid: a name can be another object's."""

    cluster: ClusterApi
    store: Store
    counter: UserCounter
    guard: Guard
    clock: Clock
    finalizer: InstanceFinalizer = FOR_ALL
    _pending: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _holding: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _again: set[str] = field(default_factory=set)
    _subjects: dict[str, Instance | Verdict] = field(default_factory=dict)
    _written: dict[str, _Written] = field(default_factory=dict)
    _telling: dict[str, InstanceStatus] = field(default_factory=dict)
    _trying: dict[str, Trying] = field(default_factory=dict)
    _pauses: int = 0

    def pause(self) -> None:
        """Judge and report nothing until `resume`: counts and dependants would be those of half a list."""
        self._pauses += 1

    def resume(self) -> None:
        """End one pause; with the last one, all are looked at."""
        self._pauses -= 1
        if not self._pauses:
            for name, subject in tuple(self._subjects.items()):
                self._schedule(name, subject)

    def soon(self, instance: Instance) -> None:
        """The instance's status may have changed: look at it, and write it if so, shortly."""
        self._schedule(instance.name, instance)

    def hold_soon(self, manifest: ConnectInstance) -> None:
        """An object refers to this ConnectInstance: it is to stay while that is so. Does not wait for a report."""
        if not self._is_held(manifest) and not manifest.deleting and manifest.metadata.uid not in self._holding:
            task = asyncio.get_running_loop().create_task(self._hold(manifest))
            self._holding[manifest.metadata.uid] = task
            task.add_done_callback(lambda _task: self._holding.pop(manifest.metadata.uid, None))

    def refuse(self, manifest: ConnectInstance, verdict: Verdict) -> None:
        """Report on a ConnectInstance that cannot be put to work."""
        self._schedule(manifest.metadata.name, verdict)

    async def stop(self) -> None:
        """Write what is pending, and nothing after it."""
        for name, task in tuple(self._pending.items()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            if name in self._again and not self._pauses:
                await self._write_once(name, self._subjects[name])

    def _schedule(self, name: str, subject: Instance | Verdict) -> None:
        self._subjects[name] = subject
        if self._pauses:
            return
        if name in self._pending:
            self._again.add(name)
            return
        task = asyncio.get_running_loop().create_task(self._write(name))
        self._pending[name] = task

    async def _write(self, name: str) -> None:
        try:
            while True:
                subject = self._subjects[name]
                self._again.discard(name)
                delay = await self._write_safely(name, subject)
                await asyncio.sleep(delay)
                left = self._backlog_of(name, subject) or self._is_confirmed(name)
                if name not in self._again and delay == _QUIET and not left:
                    return
        finally:
            self._pending.pop(name, None)

    async def _write_safely(self, name: str, subject: Instance | Verdict) -> float:
        """Likewise, whatever goes wrong: a report that ended for good would be missed by nobody."""
        try:
            return await self._write_once(name, subject)
        except Exception:
            logger.exception("the status of ConnectInstance %s could not be written", name)
            return _RETRY

    def _backlog_of(self, name: str, subject: Instance | Verdict) -> int:
        """While writes wait, their number falls by itself, so the report is looked at again."""
        manifest = self.store.instance(name)
        known = self._written.get(manifest.metadata.uid) if manifest is not None else None
        backlog = known.status.backlog if known is not None else UNSET
        return backlog.pending if isinstance(subject, Instance) and backlog is not UNSET else 0

    def _is_confirmed(self, name: str) -> bool:
        """While a confirmation stands, its end is waited for, to take it off."""
        manifest = self.store.instance(name)
        return manifest is not None and manifest.confirmed

    async def _write_once(self, name: str, subject: Instance | Verdict) -> float:
        manifest = self.store.instance(name)
        if manifest is None or self._pauses:
            return _QUIET
        before = self._current(manifest)
        if isinstance(subject, Instance) and not subject.observed and subject.problem is None and before.conditions:
            return _QUIET  # a restart: what an earlier process saw stands until there is something newer
        try:
            await self._mark(manifest, subject)
            status = self._status(manifest, before, subject)
            self._telling[manifest.metadata.uid] = status
            if status == before:
                return _QUIET
            version = await self.cluster.write_instance_status(manifest, _plain(status))
        except ObjectGoneError:
            return _QUIET
        except ObjectChangedError:
            return _CHANGED_RETRY  # the watch brings the newer version, which may well be our own
        except ClusterUnavailableError as error:
            if not error.spared:
                logger.warning("ConnectInstance %s: %s", name, error)
            return _RETRY + (error.retry_after or 0.0)
        except PermissionError as error:
            logger.warning("ConnectInstance %s: %s", name, error)
            return _DENIED_RETRY
        self._written[manifest.metadata.uid] = _Written(status, version)
        self._announce(manifest, before, status)
        return _QUIET

    def _current(self, manifest: ConnectInstance) -> InstanceStatus:
        """The status as it is: what was last written, until the watch has brought that or something newer."""
        written, seen = self._written.get(manifest.metadata.uid), manifest.metadata.resource_version
        if written is None:
            return manifest.status
        if written.version.isdecimal() and seen.isdecimal() and int(seen) >= int(written.version):
            return manifest.status
        return written.status

    def is_foreign(self, manifest: ConnectInstance) -> bool:
        """Whether its status is not as this process has written it, or is just writing it."""
        telling, written = self._telling.get(manifest.metadata.uid), self._written.get(manifest.metadata.uid)
        if telling is None or manifest.status == telling:
            return False
        return written is None or (self._current(manifest) is manifest.status and manifest.status != written.status)

    def again(self, name: str) -> None:
        """Look at that ConnectInstance's status once more."""
        if name in self._subjects:
            self._schedule(name, self._subjects[name])

    def _is_held(self, manifest: ConnectInstance) -> bool:
        return self.finalizer.is_on(manifest.metadata.finalizers)

    async def _hold(self, manifest: ConnectInstance) -> None:
        try:
            await self.cluster.hold_instance(manifest)
        except ObjectChangedError:
            return  # likewise
        except (ClusterUnavailableError, ObjectGoneError, PermissionError) as error:
            # The next report tries again.
            logger.warning("ConnectInstance %s: %s", manifest.metadata.name, error)

    async def _mark(self, manifest: ConnectInstance, subject: Instance | Verdict) -> None:
        """Hold the object while users need it, let it go when none does, and take a used confirmation off."""
        instance = subject if isinstance(subject, Instance) else None
        users = self.counter.users_of(manifest.metadata.name, instance)
        if manifest.deleting:
            if not self.counter.dependants(manifest, instance):
                await self.cluster.release_instance(manifest)
        elif users and not self._is_held(manifest):
            await self.cluster.hold_instance(manifest)
        if isinstance(subject, Instance) and self.guard.look(subject):
            await self.cluster.remove_annotation(manifest, CONFIRM)

    def _status(self, manifest: ConnectInstance, before: InstanceStatus, subject: Instance | Verdict) -> InstanceStatus:
        generation, now = manifest.metadata.generation, self.clock.now()
        verdict = subject if isinstance(subject, Verdict) else self._judge(manifest, subject)
        uid = manifest.metadata.uid
        trying = self._trying.get(uid, Trying()).at(verdict.reason.value, generation, now)
        self._trying[uid] = trying
        told = conditions(
            verdict, before.conditions, generation=generation, now=rfc3339(now), tried=now - trying.since_time
        )
        kept = tuple(each for each in told if each.type in ("Ready", "Reconciling", "Stalled"))
        if isinstance(subject, Verdict):
            return InstanceStatus(
                observed_generation=generation,
                deletions=before.deletions,
                last_handled_reconcile_at=manifest.requested or UNSET,
                conditions=kept,
            )
        facts = subject.facts
        return InstanceStatus(
            observed_generation=generation,
            instance_arn=facts.arn if facts else before.instance_arn,
            identity_management_type=facts.identity_management_type if facts else before.identity_management_type,
            users=self.counter.counts(subject) if subject.observed else before.users,
            objects=self.counter.objects(subject) if subject.observed else before.objects,
            deletions=subject.wave.memory(now),
            backlog=backlog(subject, before, now),
            full_sweep_completion_time=full_sweep(subject, before, now),
            last_handled_reconcile_at=subject.answered
            or (UNSET if subject.observed else before.last_handled_reconcile_at),
            conditions=kept,
        )

    def _judge(self, manifest: ConnectInstance, instance: Instance) -> Verdict:
        return verdict_on(manifest, instance, self.guard, self.counter, self.finalizer)

    def _announce(self, manifest: ConnectInstance, before: InstanceStatus, status: InstanceStatus) -> None:
        old, new = (find_condition(each.conditions, "Ready") for each in (before, status))
        if new is not None and (old is None or old.reason != new.reason):
            row = TABLE[Reason(new.reason)]
            if row.event:
                event = Event(reason=new.reason, message=new.message, warning=row.warning)
                self.cluster.post_event(manifest, event)


def _plain(status: InstanceStatus) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(status)
    return plain
