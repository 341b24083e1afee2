"""Controllers that remember what they were told, as the operator's do, and let a test wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from connect_operator.domain.kinds.assignment import ConnectContactAssignment
from connect_operator.domain.kinds.objects import ConnectInstance, ConnectUser, ObjectKey, Version
from connect_operator.domain.kinds.registry import CONNECT_CONTACT_ASSIGNMENT, CONNECT_INSTANCE, CONNECT_USER, KINDS
from connect_operator.engine.ports import KindController


class RecordingController:
    """One kind's: implements KindController over what it was told."""

    def __init__(self, sink: RecordingSink, word: str) -> None:
        self.sink, self.word = sink, word
        self.objects: dict[ObjectKey, Any] = {}

    def changed(self, subject: Any) -> None:  # noqa: ANN401 - an object of its kind
        self.objects[subject.key] = subject
        self.sink.note(f"{self.word}_changed {subject.key} {subject.metadata.resource_version}")
        self.sink.react(subject)

    def gone(self, key: ObjectKey, uid: str, version: str = "") -> None:
        del version
        if key in self.objects and self.objects[key].metadata.uid == uid:
            del self.objects[key]
        self.sink.note(f"{self.word}_gone {key} {uid}")

    def known(self) -> Mapping[ObjectKey, Version]:
        known = {key: Version(each.metadata.uid, each.metadata.resource_version) for key, each in self.objects.items()}
        self.sink.asked(self.word)
        return known

    def buried(self) -> Mapping[ObjectKey, str]:
        return {}


class RecordingSink:
    """The controllers of all kinds, and all that they were told in its order."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._news = asyncio.Event()
        self._controllers = {kind.name: RecordingController(self, _WORDS[kind.name]) for kind in KINDS}

    @property
    def controllers(self) -> dict[str, KindController]:
        return dict(self._controllers)

    @property
    def users(self) -> dict[ObjectKey, ConnectUser]:
        return self._controllers[CONNECT_USER.name].objects

    @property
    def instances(self) -> dict[ObjectKey, ConnectInstance]:
        return self._controllers[CONNECT_INSTANCE.name].objects

    @property
    def assignments(self) -> dict[ObjectKey, ConnectContactAssignment]:
        return self._controllers[CONNECT_CONTACT_ASSIGNMENT.name].objects

    def react(self, subject: Any) -> None:  # noqa: ANN401 - an object of any kind
        """What a test wants to happen when an object comes in."""

    def asked(self, word: str) -> None:
        """What a test wants to happen when it is asked what is known of a kind."""

    def note(self, line: str) -> None:
        self.told.append(line)
        self._news.set()

    async def until(self, condition: Callable[[], bool], within: float = 120.0) -> None:
        """Wait until the condition holds after some news; fails with all that was told."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError("not told within time; told: " + "; ".join(self.told[-20:])) from None


_WORDS = {CONNECT_USER.name: "user", CONNECT_INSTANCE.name: "instance", CONNECT_CONTACT_ASSIGNMENT.name: "assignment"}
