"""What is remembered of one object between two passes. Losing it costs a few reads, never correctness."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import NamedTuple

from connect_operator.domain.errors import ConnectError
from connect_operator.domain.objects import ConnectUser, ObjectKey
from connect_operator.domain.reasons import TABLE, Retry
from connect_operator.domain.status import PasswordSecret, UserStatus


class Trying(NamedTuple):
    """Since when (epoch seconds) an object has had one reason, for one generation."""

    reason: str = ""
    generation: int = 0
    since: float = 0.0

    def at(self, reason: str, generation: int, now: float) -> Trying:
        """The same while reason and generation are, else one that begins now."""
        return self if (self.reason, self.generation) == (reason, generation) else Trying(reason, generation, now)


class Attempt(enum.Enum):
    """What is known of CreateUser calls for an object whose user is not known."""

    UNKNOWN = "this process has made none; an earlier one may have, if the finalizer is on"
    UNCERTAIN = "one was made, and it may have been carried out"
    REFUSED = "all were refused for certain"


@dataclass(slots=True)
class Memory:
    """One object's memory.

    In epoch seconds: `attempted` (the last CreateUser), `looked` (the last search by name that found nothing),
    `described` (the last DescribeUser), `absent` (the last DescribeUser that found nothing, by strong evidence),
    `created` (CreateUser's answer, by the server's clock), `deletion_seen` (deletion was asked for).
    Monotonic: `retry_at` (until then the object is left alone), `blocked_until`.
    `blocked`: the writes that failed for this generation; `provisional`: those that only a new user may have caused.
    `tries`: how often each was acknowledged without showing. `duplicates`: how often CreateUser said that the name
    exists. `disowned`: an id in status that is not this object's any more. `reread`: proficiencies were read again
    because a write was refused. `gone`: its user was deleted by us. `unreported`: a call was made since the last status
    write. `trying`: since when its reason is what it is. `seen`: the generation, and whether deletion was asked for.
    """

    uid: str
    user_id: str = ""
    attempt: Attempt = Attempt.UNKNOWN
    attempted: float = 0.0
    looked: float = 0.0
    described: float = 0.0
    absent: float = 0.0
    disowned: str = ""
    user_arn: str = ""
    created: float = 0.0
    password_secret: PasswordSecret | None = None
    blocked: dict[str, ConnectError] = field(default_factory=dict)
    provisional: set[str] = field(default_factory=set)
    tries: dict[str, int] = field(default_factory=dict)
    failures: int = 0
    seen: tuple[int, bool] = (0, False)
    trying: Trying = field(default_factory=Trying)
    retry_at: float = 0.0
    blocked_until: float = 0.0
    deletion_seen: float = 0.0
    duplicates: int = 0
    reread: bool = False
    gone: bool = False
    unreported: bool = False
    status: UserStatus | None = None
    status_version: str = ""
    ready: bool = False
    drifted: bool = False

    def forgive(self) -> None:
        """The manifest was edited: what failed for the former generation says nothing about this one."""
        self.failures = 0
        self.reread = False
        self.retry_at = self.blocked_until = 0.0
        self.blocked.clear()
        self.provisional.clear()
        self.tries.clear()

    def block(self, operation: str, error: ConnectError, *, provisional: bool = False) -> None:
        """Do not send this write again until its time has come, whatever wakes the object; some never, before an edit.

        `provisional`: Connect may only not know the new user everywhere yet, so it is tried again in any case.
        """
        self.blocked[operation] = error
        self.blocked_until = float("inf")  # the conclusion of the pass sets the time
        if provisional:
            self.provisional.add(operation)

    def reconsider(self) -> None:
        """Something around the object has changed: what is tried again anyway is tried now."""
        self.retry_at = self.blocked_until = 0.0
        kept = {name: error for name, error in self.blocked.items() if _for_good(error)}
        self.blocked = {name: error for name, error in kept.items() if name not in self.provisional}
        self.provisional.clear()


def _for_good(error: ConnectError) -> bool:
    return TABLE[error.reason].retry is Retry.ON_EDIT


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
