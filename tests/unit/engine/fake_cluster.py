"""The Kubernetes API in memory, behind the engine's own port: small and strict.

It tells its `Script` of every step. What it holds survives the process.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connect_operator.domain.kinds.objects import (
    FINALIZER,
    INSTANCE_FINALIZER,
    ConnectInstance,
    ConnectUser,
    ObjectKey,
    parse_instance,
    parse_user,
)
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.ports import (
    ClusterUnavailableError,
    Event,
    ObjectChangedError,
    ObjectGoneError,
    Password,
    SecretValue,
)

from .fake_secrets import FakeSecrets
from .script import LATENCY, Script
from .virtual_time import LoopClock


@dataclass(slots=True)
class FakeCluster:
    """ConnectUsers and one ConnectInstance, with resourceVersions, finalizers, and a watch that tells `sink`."""

    script: Script
    objects: dict[ObjectKey, dict[str, Any]] = field(default_factory=dict)
    instance: dict[str, Any] = field(default_factory=dict)
    sink: Any = None
    watch_delay: float = 0.02
    list_takes: float = 0.0
    """Seconds from the first page of the first list to its second, which has all but the first object."""
    events: list[tuple[str, str]] = field(default_factory=list)
    secrets: FakeSecrets = field(default_factory=FakeSecrets)
    torn: str = ""
    numbers_instances: bool = False
    """Whether writes to the ConnectInstance are steps of the script, too."""
    clock: LoopClock = field(default_factory=LoopClock)
    ahead: float = 0.0
    """By how many seconds the API server's clock is ahead of the operator's."""
    _version: int = 100
    _uids: int = 0

    def apply(self, name: str, spec: Mapping[str, Any], namespace: str = "team-a") -> None:
        """Kubectl apply: creates the object, or replaces its spec."""
        key = ObjectKey(namespace, name)
        known = self.objects.get(key)
        if known is None:
            self._uids += 1
            metadata = {
                "name": name,
                "namespace": key.namespace,
                "uid": f"uid-{self._uids}",
                "generation": 1,
                "finalizers": [],
                "creationTimestamp": rfc3339(self.clock.now()),
            }
            self.objects[key] = {"metadata": metadata, "spec": dict(spec), "status": {}}
        elif known["spec"] != spec:
            known["spec"] = dict(spec)
            known["metadata"]["generation"] += 1
        self._changed(key)

    def delete(self, name: str) -> None:
        """Kubectl delete."""
        key = ObjectKey("team-a", name)
        if key in self.objects:
            self.objects[key]["metadata"].setdefault("deletionTimestamp", rfc3339(self.clock.now()))
            self._changed(key)

    def touch(self, name: str) -> None:
        """Somebody else has written to the object."""
        self._changed(ObjectKey("team-a", name))

    def change_instance(self) -> None:
        """The ConnectInstance was edited."""
        self._touch_instance()

    def raw(self, name: str) -> dict[str, Any] | None:
        """The object as it is stored."""
        return self.objects.get(ObjectKey("team-a", name))

    def feed(self, sink: Any) -> None:  # noqa: ANN401 - the engine's controller
        """The first list of a new watch, in the order of the names."""
        self.sink = sink
        sink.instance_changed(parse_instance(copy.deepcopy(self.instance)))
        for number, (_, raw) in enumerate(sorted(self.objects.items())):
            user = parse_user(copy.deepcopy(raw))
            if number and self.list_takes:
                asyncio.get_running_loop().call_later(self.list_takes, sink.user_changed, user)
            else:
                sink.user_changed(user)

    async def add_finalizer(self, user: ConnectUser) -> ConnectUser:
        await self._step("before add_finalizer")
        raw = self._same(user)
        if raw is None or "deletionTimestamp" in raw["metadata"]:
            raise ObjectGoneError
        if tuple(raw["metadata"]["finalizers"]) != user.metadata.finalizers:
            raise ObjectChangedError
        raw["metadata"]["finalizers"].append(FINALIZER)
        self._changed(user.key)
        await self._step("after add_finalizer")
        return parse_user(copy.deepcopy(raw))

    async def remove_finalizer(self, user: ConnectUser) -> None:
        await self._step("before remove_finalizer")
        raw = self._same(user)
        if raw is not None and FINALIZER in raw["metadata"]["finalizers"]:
            raw["metadata"]["finalizers"].remove(FINALIZER)
            self._changed(user.key)
        await self._step("after remove_finalizer")

    async def read_user(self, user: ConnectUser) -> ConnectUser | None:
        await self._step("read_user")
        raw = self._same(user)
        return None if raw is None else parse_user(copy.deepcopy(raw))

    async def write_user_status(self, user: ConnectUser, status: Mapping[str, Any]) -> str:
        await self._step("before write_user_status")
        raw = self._same(user)
        if raw is None:
            raise ObjectGoneError
        raw["status"] = copy.deepcopy(dict(status))
        self._changed(user.key)
        version = str(raw["metadata"]["resourceVersion"])
        await self._step("after write_user_status")
        return version

    async def pin_user_status(self, user: ConnectUser, status: Mapping[str, Any]) -> ConnectUser:
        await self._step("before pin_user_status")
        raw = self._same(user)
        if raw is None:
            raise ObjectGoneError
        if raw["metadata"]["resourceVersion"] != user.metadata.resource_version:
            raise ObjectChangedError
        raw["status"] = copy.deepcopy(dict(status))
        self._changed(user.key)
        fresh = parse_user(copy.deepcopy(raw))
        await self._step("after pin_user_status")
        return fresh

    async def write_instance_status(self, instance: ConnectInstance, status: Mapping[str, Any]) -> str:
        del instance
        await self._instance_step("before write_instance_status")
        self.instance["status"] = copy.deepcopy(dict(status))
        version = self._touch_instance()
        await self._instance_step("after write_instance_status")
        return version

    async def hold_instance(self, instance: ConnectInstance) -> None:
        del instance
        await self._instance_step("before hold_instance")
        if INSTANCE_FINALIZER not in self.instance["metadata"]["finalizers"]:
            self.instance["metadata"]["finalizers"].append(INSTANCE_FINALIZER)
            self._touch_instance()
        await self._instance_step("after hold_instance")

    async def release_instance(self, instance: ConnectInstance) -> None:
        del instance
        if INSTANCE_FINALIZER in self.instance["metadata"]["finalizers"]:
            self.instance["metadata"]["finalizers"].remove(INSTANCE_FINALIZER)
            self._touch_instance()

    async def remove_annotation(self, instance: ConnectInstance, key: str) -> None:
        del instance
        await self._instance_step("before remove_annotation")
        self.instance["metadata"].get("annotations", {}).pop(key, None)
        self._touch_instance()
        await self._instance_step("after remove_annotation")

    async def read_teardown(self, user: ConnectUser, instance: str) -> str:
        await self._step("read_teardown")
        del user
        if "deletionTimestamp" in self.instance["metadata"]:
            return f"ConnectInstance {instance} is being deleted"
        return self.torn

    async def read_secret(self, namespace: str, name: str, key: str) -> SecretValue | None:
        await self._step("read_secret")
        self.secrets.collect({raw["metadata"]["uid"] for raw in self.objects.values()}, self.server_now())
        return self.secrets.read(namespace, name, key)

    async def create_secret(
        self, user: ConnectUser, name: str, key: str, password: Password, *, rehearse: bool = False
    ) -> bool:
        await self._step("rehearse create_secret" if rehearse else "before create_secret")
        made = self.secrets.create(user, name, key, password, self.server_now(), rehearse=rehearse)
        if not rehearse:
            await self._step("after create_secret")
        return made

    async def delete_secret(self, namespace: str, name: str, secret: SecretValue) -> None:
        await self._step("before delete_secret")
        self.secrets.delete(namespace, name, secret)
        await self._step("after delete_secret")

    def server_now(self) -> float:
        return self.clock.now() + self.ahead

    def post_event(self, target: ConnectUser | ConnectInstance, event: Event) -> None:
        self.events.append((target.metadata.name, event.reason))

    async def _step(self, name: str) -> None:
        await asyncio.sleep(LATENCY / 5)
        if await self.script.step(name) is not None:
            raise ClusterUnavailableError(name)

    async def _instance_step(self, name: str) -> None:
        if self.numbers_instances:
            await self._step(name)

    def _same(self, user: ConnectUser) -> dict[str, Any] | None:
        raw = self.objects.get(user.key)
        return raw if raw is not None and raw["metadata"]["uid"] == user.metadata.uid else None

    def _touch_instance(self) -> str:
        self._version += 1
        self.instance["metadata"]["resourceVersion"] = str(self._version)
        told = parse_instance(copy.deepcopy(self.instance))
        asyncio.get_running_loop().call_later(self.watch_delay, self.sink.instance_changed, told)
        return str(self._version)

    def _changed(self, key: ObjectKey) -> None:
        self._version += 1
        raw = self.objects[key]
        raw["metadata"]["resourceVersion"] = str(self._version)
        gone = "deletionTimestamp" in raw["metadata"] and not raw["metadata"]["finalizers"]
        if gone:
            del self.objects[key]
        if self.sink is None:
            return
        loop = asyncio.get_running_loop()
        if gone:
            uid, version = raw["metadata"]["uid"], raw["metadata"]["resourceVersion"]
            loop.call_later(self.watch_delay, self.sink.user_gone, key, uid, version)
        else:
            loop.call_later(self.watch_delay, self.sink.user_changed, parse_user(copy.deepcopy(raw)))
