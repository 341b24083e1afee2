"""The controller: takes what the watch delivers, keeps an Instance at work per ConnectInstance, wakes who is concerned.

kind_controllers.py has the doors; the methods here neither wait nor raise. What to do about an object is decided in
the passes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.objects import ConnectInstance, ConnectUser, ObjectKey
from connect_operator.domain.kinds.spec import UNSET, ConnectInstanceSpec
from connect_operator.engine.assignments.controller import AssignmentController
from connect_operator.engine.instance_report import InstanceReporter
from connect_operator.engine.instances.agenda import Agenda, Reading, fact
from connect_operator.engine.instances.deletion_guard import Guard
from connect_operator.engine.instances.detail_sweep import DetailSweep, needed
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.services import InstanceServices
from connect_operator.engine.pace.contests import Contests
from connect_operator.engine.pace.scheduler import Scheduler
from connect_operator.engine.ports import ConnectGateway
from connect_operator.engine.store import News, Store
from connect_operator.engine.users.counts import standing
from connect_operator.engine.users.memory import Memories
from connect_operator.engine.users.user_report import see_status

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Controller:
    """Wires store, instances and scheduler together. `failed` is told when a task that must never end has ended."""

    store: Store
    memories: Memories
    instances: dict[str, Instance]
    scheduler: Scheduler
    gateway: ConnectGateway
    services: InstanceServices
    reporter: InstanceReporter
    failed: Callable[[BaseException], None]
    assignments: AssignmentController
    guard: Guard
    contests: Contests = field(default_factory=Contests)
    _standing_by: bool = False
    _tasks: dict[str, list[asyncio.Task[None]]] = field(default_factory=dict)
    _details: dict[str, DetailSweep] = field(default_factory=dict)

    def stand_by(self) -> None:
        """Another process may lead: keep the store warm, and neither call nor write anything until `lead`."""
        self._standing_by = True
        self.hold()

    def lead(self) -> None:
        """This process leads from now on; nothing is remembered from before, so all is as at a start."""
        if not self._standing_by:
            return
        self._standing_by = False
        for instance in self.store.instances():
            self._settle(instance)
        for user in self.store.users():
            if user.deleting:
                self.guard.note_deletion(user)
            else:
                self._hold_instances_of(user)
        self.release()

    def hold(self) -> None:
        """The store is being filled from a list: until `release` nothing is judged by what it lacks. Holds add up.

        An owner or a rival that is not read yet would count as dead, and a wave of deletions as large or as small
        as the part that is read. Instances may describe and sweep meanwhile.
        """
        self.scheduler.hold()
        self.assignments.scheduler.hold()
        self.reporter.pause()

    def release(self) -> None:
        """The list is whole."""
        self.scheduler.release()
        self.assignments.scheduler.release()
        self.reporter.resume()

    def user_changed(self, user: ConnectUser) -> None:
        """A ConnectUser as the API server had it."""
        user, before = self.store.kept(user), self.store.user(user.key)
        news = self.store.put_user(user)
        if news is not News.NOTHING:
            self.scheduler.wake(user.key, edited=news is News.EDITED, new=news is News.NEW)
        elif before is not None and before.status != user.status:
            self._check_status(user)
        self.assignments.user_moved(user.key, self.store.user(user.key))
        if user.deleting:
            self.guard.note_deletion(user)
        if news is News.NEW or user.deleting:
            self.counts_moved(user)
        if not user.deleting:
            self._hold_instances_of(user)

    def _hold_instances_of(self, user: ConnectUser) -> None:
        if not self._standing_by:
            for manifest in self.store.instance_of(user):
                self.reporter.hold_soon(manifest)

    def _check_status(self, user: ConnectUser) -> None:
        """Put a status right that somebody else has changed."""
        memory, known = self.memories.peek(user.key), self.store.user(user.key)
        if memory is not None and memory.uid == user.metadata.uid and known is user and see_status(user, memory):
            self.contests.put_right(user.key, lambda: self.scheduler.wake(user.key))

    def user_gone(self, key: ObjectKey, uid: str, version: str = "") -> None:
        """That ConnectUser does not exist any more, since that version."""
        gone = self.store.user(key)
        if self.store.drop_user(key, uid, version):
            self.guard.gone(uid)
            self.scheduler.wake(key)
            self.assignments.user_moved(key, None)
            if gone is not None:
                self._wake_rivals(gone)
                self.counts_moved(gone)

    def instance_changed(self, instance: ConnectInstance) -> None:
        """A ConnectInstance as the API server had it."""
        news = self.store.put_instance(instance)
        if news is not News.NOTHING:
            self._settle(instance)
            self._wake_all_of(instance.metadata.name)
            used = news is News.NEW and not self._standing_by
            if used and any(instance in self.store.instance_of(user) for user in self.store.users()):
                self.reporter.hold_soon(instance)
        elif self.store.instance(instance.metadata.name) is instance and self.reporter.is_foreign(instance):
            self.contests.put_right(instance.key, lambda: self.reporter.again(instance.metadata.name))

    def instance_gone(self, name: str, uid: str, version: str = "") -> None:
        """That ConnectInstance does not exist any more, since that version."""
        if self.store.drop_instance(name, uid, version):
            self._wake_all_of(name)  # while it is known whose home it was
            self._stop(name)
            self.services.forgotten(name)

    def counts_moved(self, user: ConnectUser) -> None:
        """An object has become Ready, or is not any more: its instance's counts are others now."""
        for name, instance in self.instances.items():
            if self._is_of(user, name):
                self._note_details(user, instance)
                self.reporter.soon(instance)

    async def stop(self, patience: float) -> None:
        """Make no new call; let those under way end and be recorded, for at most `patience` seconds."""
        for tasks in self._tasks.values():
            for task in tasks:
                task.cancel()
        await asyncio.gather(self.scheduler.stop(patience), self.assignments.scheduler.stop(patience))
        await self.reporter.stop()

    def _settle(self, manifest: ConnectInstance) -> None:
        """Have the instance at work as its manifest says."""
        if self._standing_by:
            return
        name, spec = manifest.metadata.name, manifest.spec
        running = self.instances.get(name)
        if spec is None:
            self._stop(name)
            return
        region = self.gateway.region(spec)
        if running is not None and region == running.region and _same_door(spec, running.spec):
            running.spec = spec
            self.guard.moved(running)
            running.configure_quota()
            running.refresh_soon()
            running.ask(manifest.requested)
            self.reporter.soon(running)
            return
        self._stop(name)
        if region is None:
            self._refuse(manifest)
            return
        self._start(manifest, spec, region)

    def _start(self, manifest: ConnectInstance, spec: ConnectInstanceSpec, region: str) -> None:
        name = manifest.metadata.name
        instance = Instance(
            name=name,
            spec=spec,
            api=self.gateway.open(spec),
            region=region,
            services=self.services,
            changed=self._observed,
            reported=self.reporter.soon,
            woken=self._wake,
            described=lambda each: self.assignments.instance_moved(each.name),
            asked=manifest.requested,
            agenda=Agenda(fact(manifest.status.full_sweep_completion_time or "", self.services.clock.now())),
        )
        self.instances[name] = instance
        instance.wave.recall(manifest.status.deletions, manifest.metadata.uid, self.services.clock.now())
        details = self._details[name] = DetailSweep(instance, lambda: self._readings(instance))
        loop = asyncio.get_running_loop()
        self._tasks[name] = [
            loop.create_task(instance.run(), name=f"instance {name}"),
            loop.create_task(details.run(), name=f"details of {name}"),
            loop.create_task(instance.quick_connects.run(), name=f"quick connects of {name}"),
        ]
        for task in self._tasks[name]:
            task.add_done_callback(self._ended)

    def _readings(self, instance: Instance) -> Iterator[Reading]:
        """What only a call per user shows of this instance's objects."""
        for user in self.store.users():
            if self._is_of(user, instance.name) and (reading := self._reading(user, instance)) is not None:
                yield reading

    def _reading(self, user: ConnectUser, instance: Instance) -> Reading | None:
        """What only a call shows of a user that is converged, or was when it was put on the agenda."""
        memory, told = self.memories.peek(user.key), user.status.user_id
        reading = needed(user, (memory.user_id if memory else "") or ("" if told is UNSET else told))
        if reading is None or reading.user_id in instance.agenda:
            return reading
        return reading if standing(user, memory)[0] else None

    def _note_details(self, user: ConnectUser, instance: Instance) -> None:
        reading = self._reading(user, instance)
        if reading is not None:
            self._details[instance.name].note(reading)

    def _refuse(self, manifest: ConnectInstance) -> None:
        message = (
            "spec.region: the region cannot be known; set it, give spec.instanceId as an ARN, "
            "or start the operator with AWS_REGION"
        )
        self.reporter.refuse(manifest, Verdict(reason=Reason.INVALID_SPEC, message=message))

    def _stop(self, name: str) -> None:
        self.instances.pop(name, None)
        self._details.pop(name, None)
        self.services.quota.withdraw(name)
        for task in self._tasks.pop(name, []):
            task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            self.failed(task.exception() or RuntimeError(f"{task.get_name()} has ended"))

    def _observed(self, instance: Instance, user_ids: set[str] | None) -> None:
        """Something is new about these users of the instance, or about all."""
        if (details := self._details.get(instance.name)) is not None:
            details.look()
        if user_ids is None or user_ids:
            self.guard.moved(instance)
        if user_ids is None:
            self._wake_all_of(instance.name)
            return
        if not user_ids:
            return
        names = {record.user.username for each in user_ids if (record := instance.inventory.get(each)) is not None}
        for key, user in self.store.by_key():
            memory = self.memories.peek(key)
            user_id = (memory.user_id if memory else "") or user.status.user_id
            if (user_id in user_ids or user.username in names) and self._is_of(user, instance.name):
                self.scheduler.wake(key)

    def _wake_all_of(self, name: str) -> None:
        self.assignments.instance_moved(name)
        for key, user in self.store.by_key():
            # One whose instance cannot be found may have been waiting for this very one, or have just lost it.
            if not self.store.instance_of(user) or self._is_of(user, name):
                memory = self.memories.peek(key)
                if memory is not None:
                    memory.reconsider()
                self.scheduler.wake(key)

    def _is_of(self, user: ConnectUser, name: str) -> bool:
        memory = self.memories.peek(user.key)
        return self.guard.lookup.concerns(user, name, "" if memory is None else memory.home)

    def _wake_rivals(self, gone: ConnectUser) -> None:
        """Objects that wanted the same username may have it now: thousands, of which one can come and go in a loop."""

        def wake() -> None:
            for user in self.store.namesakes(gone):
                self.scheduler.wake(user.key)

        if next(self.store.namesakes(gone), None) is not None:
            self.contests.put_right(("", "username", gone.username), wake)

    def _wake(self, keys: set[ObjectKey]) -> None:
        for key in keys:
            self.scheduler.wake(key)


def _same_door(one: ConnectInstanceSpec, other: ConnectInstanceSpec) -> bool:
    """Whether calls for both go to the same instance with the same credentials."""
    return (one.instance_id, one.assume_role) == (other.instance_id, other.assume_role)
