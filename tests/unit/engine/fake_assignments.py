"""ConnectContactAssignments of the Kubernetes API in memory: resourceVersions, compare-and-swap, and a watch."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connect_operator.domain.kinds.assignment import ConnectContactAssignment, parse_assignment
from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.ports import ClusterUnavailableError, Event, ObjectChangedError, ObjectGoneError

from .script import LATENCY, Script
from .virtual_time import LoopClock


@dataclass(slots=True)
class FakeAssignments:
    """Implements AssignmentsApi; tells every operator that was fed."""

    script: Script
    objects: dict[ObjectKey, dict[str, Any]] = field(default_factory=dict)
    sinks: list[Any] = field(default_factory=list)
    watch_delay: float = 0.02
    events: list[tuple[str, str]] = field(default_factory=list)
    writes: list[tuple[str, str]] = field(default_factory=list)
    clock: LoopClock = field(default_factory=LoopClock)
    _version: int = 100
    _uids: int = 0

    def create(self, name: str, *, age: float = 0.0, **spec: Any) -> None:  # noqa: ANN401 - any member of a manifest
        """Kubectl create; so many seconds ago."""
        self._uids += 1
        metadata = {
            "name": name,
            "namespace": "team-a",
            "uid": f"auid-{self._uids}",
            "generation": 1,
            "creationTimestamp": rfc3339(self.clock.now() - age),
        }
        plain = {"instanceRef": {"name": "support"}, "contactId": f"contact-of-{name}", "activeDeadlineSeconds": 300}
        key = ObjectKey("team-a", name)
        self.objects[key] = {"metadata": metadata, "spec": {**plain, **spec}, "status": {}}
        self._changed(key)

    def delete(self, name: str) -> None:
        """Kubectl delete; there is no finalizer, so it is gone at once."""
        key = ObjectKey("team-a", name)
        raw = self.objects.pop(key, None)
        if raw is not None:
            self._version += 1
            self._tell("gone", key, raw["metadata"]["uid"], str(self._version))

    def touch(self, name: str) -> None:
        """Somebody labels it."""
        self._changed(ObjectKey("team-a", name))

    def raw(self, name: str) -> dict[str, Any] | None:
        """The object as it is stored."""
        return self.objects.get(ObjectKey("team-a", name))

    def status(self, name: str) -> dict[str, Any]:
        """Its status; empty when it is gone."""
        raw = self.raw(name)
        return dict(raw["status"]) if raw is not None else {}

    def ended(self, name: str) -> bool:
        """Whether it has ended."""
        return self.status(name).get("phase") in ("Assigned", "Failed")

    def reason(self, name: str) -> str:
        """Why its phase is what it is."""
        return next((str(each["reason"]) for each in self.status(name).get("conditions", ())), "")

    def feed(self, sink: Any) -> None:  # noqa: ANN401 - the engine's controller
        """The first list of a new watch, of a new process."""
        self.sinks.append(sink)
        for raw in self.objects.values():
            sink.assignments.changed(parse_assignment(copy.deepcopy(raw)))

    async def write_assignment_status(
        self, assignment: ConnectContactAssignment, status: Mapping[str, Any]
    ) -> ConnectContactAssignment:
        await self._step("before write_assignment_status")
        raw = self._same(assignment)
        if raw is None:
            raise ObjectGoneError
        if raw["metadata"]["resourceVersion"] != assignment.metadata.resource_version:
            raise ObjectChangedError
        raw["status"] = copy.deepcopy(dict(status))
        self.writes.append((assignment.key.name, str(status.get("phase"))))
        self._changed(assignment.key)
        fresh = parse_assignment(copy.deepcopy(raw))
        await self._step("after write_assignment_status")
        return fresh

    async def read_assignment(self, assignment: ConnectContactAssignment) -> ConnectContactAssignment | None:
        await self._step("read_assignment")
        raw = self._same(assignment)
        return None if raw is None else parse_assignment(copy.deepcopy(raw))

    async def delete_assignment(self, assignment: ConnectContactAssignment) -> None:
        await self._step("before delete_assignment")
        raw = self._same(assignment)
        if raw is not None and raw["metadata"]["resourceVersion"] == assignment.metadata.resource_version:
            self.delete(assignment.key.name)

    def post_event(self, target: ConnectContactAssignment, event: Event) -> None:
        self.events.append((target.metadata.name, event.reason))

    async def _step(self, name: str) -> None:
        await asyncio.sleep(LATENCY / 5)
        if await self.script.step(name) is not None:
            raise ClusterUnavailableError(name)

    def _same(self, assignment: ConnectContactAssignment) -> dict[str, Any] | None:
        raw = self.objects.get(assignment.key)
        return raw if raw is not None and raw["metadata"]["uid"] == assignment.metadata.uid else None

    def _changed(self, key: ObjectKey) -> None:
        self._version += 1
        raw = self.objects[key]
        raw["metadata"]["resourceVersion"] = str(self._version)
        self._tell("changed", parse_assignment(copy.deepcopy(raw)))

    def _tell(self, method: str, *arguments: object) -> None:
        for sink in self.sinks:
            asyncio.get_running_loop().call_later(self.watch_delay, getattr(sink.assignments, method), *arguments)
