"""What is remembered of one object between two passes. Losing it costs a few reads, never correctness.

In parts, each in a file of its own. A pass reads their fields, and changes them by their verbs only. Names say the
clock: `_tick` is in monotonic seconds, NEVER when it did not happen; `_time` in epoch seconds.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.kinds.objects import ConnectUser, ObjectKey
from connect_operator.engine.instances.requests import Request
from connect_operator.engine.users.identity import Attempt, Identity
from connect_operator.engine.users.leave import Leave
from connect_operator.engine.users.patience import Patience
from connect_operator.engine.users.readings import Readings
from connect_operator.engine.users.telling import Telling
from connect_operator.engine.users.writes import Writes


@dataclass(slots=True)
class Memory:
    """One object's memory: which user is its own, how it was looked for, what was written to it, when to go on.

    Then what was told of it, whether somebody asks for a look now, and how far its user's leaving has come. Here are
    the verbs that change several parts at once, and what the deletion guard asks for.
    """

    uid: str
    identity: Identity = field(default_factory=Identity)
    readings: Readings = field(default_factory=Readings)
    writes: Writes = field(default_factory=Writes)
    patience: Patience = field(default_factory=Patience)
    telling: Telling = field(default_factory=Telling)
    request: Request = field(default_factory=Request)
    leave: Leave = field(default_factory=Leave)

    @property
    def user_id(self) -> str:
        """Of the user that this process has seen to be this object's; "" when there is none."""
        return self.identity.user_id

    @property
    def home(self) -> str:
        """The ARN of the instance where the user lives, or may; "" when that is not known."""
        return self.identity.home

    @property
    def gone(self) -> bool:
        """Whether the user was deleted by us."""
        return self.identity.gone

    @property
    def deleting_since_tick(self) -> float:
        """When deletion was first seen, in monotonic seconds."""
        return self.patience.deleting_since_tick

    @property
    def deleting_since_time(self) -> float:
        """The same in epoch seconds."""
        return self.patience.deleting_since_time

    def note_attempt(self, attempt: Attempt, tick: float) -> None:
        """CreateUser was sent, or said that the name exists: what was looked for before says nothing of it."""
        self.identity.try_to_create(attempt, tick)
        self.readings.forget_search()

    def recognise(self, user_id: str, arn: str) -> None:
        """This user is the object's."""
        self.identity.recognise(user_id, arn)
        self.readings.see()

    def forgive(self) -> None:
        """The manifest was edited: what failed for the former generation says nothing about this one."""
        self.readings.see()
        self.patience.succeed()
        self.patience.end()
        self.identity.take_untold()
        self.writes.forgive()

    def block(self, operation: str, error: ConnectError, *, asked: Hashable = (), provisional: bool = False) -> None:
        """Do not ask for this again until its time has come, whatever wakes the object; some never, before an edit.

        `provisional`: Connect may only not know the new user everywhere yet, so it is tried again in any case.
        """
        self.writes.block(operation, error, asked=asked, provisional=provisional)
        self.patience.block()

    def reconsider(self) -> None:
        """Something around the object has changed: what is tried again anyway is tried now."""
        self.patience.end()
        self.writes.reconsider()

    def converge(self) -> None:
        """All is as the manifest asks: failures are over."""
        self.patience.succeed()
        self.readings.see()
        self.writes.converge()
        self.leave.over()


class Memories:
    """The memories of all objects, by key; a new uid starts anew."""

    def __init__(self) -> None:
        self._memories: dict[ObjectKey, Memory] = {}

    def of(self, user: ConnectUser) -> Memory:
        """The memory of that very object."""
        memory = self._memories.get(user.key)
        if memory is None or memory.uid != user.metadata.uid:
            memory = self._memories[user.key] = Memory(uid=user.metadata.uid)
        return memory

    def peek(self, key: ObjectKey) -> Memory | None:
        """The memory at that key, if any."""
        return self._memories.get(key)

    def forget(self, key: ObjectKey) -> None:
        """The object is gone."""
        self._memories.pop(key, None)
