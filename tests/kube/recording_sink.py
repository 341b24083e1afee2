"""A sink that remembers what it was told, as the operator's store does, and lets a test wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from connect_operator.domain.assignment import ConnectContactAssignment
from connect_operator.domain.objects import ConnectInstance, ConnectUser, ObjectKey
from connect_operator.kube.comparison import Version


class RecordingSink:
    """Implements Sink, and Known over what it was told."""

    def __init__(self) -> None:
        self.users: dict[ObjectKey, ConnectUser] = {}
        self.instances: dict[ObjectKey, ConnectInstance] = {}
        self.assignments: dict[ObjectKey, ConnectContactAssignment] = {}
        self.told: list[str] = []
        self._news = asyncio.Event()

    def user_changed(self, user: ConnectUser) -> None:
        self.users[user.key] = user
        self._note(f"user_changed {user.key} {user.metadata.resource_version}")

    def user_gone(self, namespace: str, name: str, uid: str, version: str) -> None:
        del version
        key = ObjectKey(namespace, name)
        if key in self.users and self.users[key].metadata.uid == uid:
            del self.users[key]
        self._note(f"user_gone {key} {uid}")

    def instance_changed(self, instance: ConnectInstance) -> None:
        self.instances[ObjectKey("", instance.metadata.name)] = instance
        self._note(f"instance_changed {instance.metadata.name} {instance.metadata.resource_version}")

    def instance_gone(self, name: str, uid: str, version: str) -> None:
        del version
        key = ObjectKey("", name)
        if key in self.instances and self.instances[key].metadata.uid == uid:
            del self.instances[key]
        self._note(f"instance_gone {name} {uid}")

    def assignment_changed(self, assignment: ConnectContactAssignment) -> None:
        self.assignments[assignment.key] = assignment
        self._note(f"assignment_changed {assignment.key} {assignment.metadata.resource_version}")

    def assignment_gone(self, namespace: str, name: str, uid: str, version: str) -> None:
        del version
        key = ObjectKey(namespace, name)
        if key in self.assignments and self.assignments[key].metadata.uid == uid:
            del self.assignments[key]
        self._note(f"assignment_gone {key} {uid}")

    def gone(self, plural: str) -> dict[ObjectKey, str]:
        del plural
        return {}

    def known_assignments(self) -> dict[ObjectKey, Version]:
        return {
            key: Version(each.metadata.uid, each.metadata.resource_version) for key, each in self.assignments.items()
        }

    def known_users(self) -> dict[ObjectKey, Version]:
        return {key: Version(user.metadata.uid, user.metadata.resource_version) for key, user in self.users.items()}

    def known_instances(self) -> dict[ObjectKey, Version]:
        return {
            key: Version(instance.metadata.uid, instance.metadata.resource_version)
            for key, instance in self.instances.items()
        }

    def _note(self, line: str) -> None:
        self.told.append(line)
        self._news.set()

    async def until(self, condition: Callable[[], bool], within: float = 20.0) -> None:
        """Wait until the condition holds after some news; fails with all that was told."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError("not told within time; told: " + "; ".join(self.told[-20:])) from None
