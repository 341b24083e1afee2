"""What is remembered of one object between two passes. Losing it costs a few reads, never correctness."""

from __future__ import annotations

import enum
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from connect_operator.domain.conditions.reasons import TABLE, Retry
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.kinds.objects import ConnectUser, ObjectKey
from connect_operator.domain.kinds.status import PasswordSecret, UserStatus
from connect_operator.domain.plan.changes import Change
from connect_operator.engine.instances.record import NEVER
from connect_operator.engine.instances.requests import Request
from connect_operator.engine.pace.hurry import Hurried
from connect_operator.engine.users.leave import Leave


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
    TAKEN = "all were refused for certain, the last one because the name exists; its holder is to be found"
    SETTLED = "all were refused for certain"


@dataclass(slots=True)
class Try:
    """A write that Connect acknowledged, until a reading shows its effect or another value.

    `changes`: the differences that it was to remove; `count`: how often it was sent for these very ones; `first` and
    `last`: when (monotonic seconds); `looks`: how often was looked since whether it shows.
    """

    changes: tuple[Change, ...]
    count: int
    first: float
    last: float
    looks: int = 0


class Mark(NamedTuple):
    """A section's value that was applied, in short; `unseen`: differences whose removal Connect only acknowledged."""

    digest: str
    unseen: frozenset[str] = frozenset()


@dataclass(slots=True)
class Memory:
    """One object's memory.

    In monotonic seconds, NEVER when it did not happen: `attempted` (the last CreateUser), `looked` (the last search by
    name since then that found nothing), `described` and `absent` (the last DescribeUser of `described_id`, and whether
    it found nothing, by strong evidence), `created` (CreateUser's answer, or its recognition), `tagging` (a TagResource
    of unknown outcome), `insisted` (it was edited, or a look asked for), `deleting_since` (deletion was first seen),
    `retry_at` (until then the object is left alone), `blocked_until`.
    In epoch seconds: `created_time` (CreateUser's answer, by the server's clock), `deletion_seen`.

    `user_id`: the user that this process has seen to be this object's, by CreateUser's answer or by its owner tag.
    `home`: the ARN of the instance that status was made to name before a call that may make a user there.
    `foreign`: an id in status that does not name this object's user.
    `blocked`: the writes that failed for this generation, and `asked`, for what: another value is another question.
    `provisional`: those that only a new user may have caused.
    `tries`: writes that were acknowledged and have not been seen to have an effect. `looks`: how often in a row Connect
    did not show what is expected. `duplicates`: how often CreateUser said that the name exists. `reread`: proficiencies
    were read again because a write was refused. `untold`: a failure of CreateUser that was looked into before anything
    was said of it. `gone`: its user was deleted by us. `unreported`: a call was made since the last status write.
    `hurried`: the edits that went before others. `drift`: the generation whose drift is being repaired. `trying`: since
    when its reason is what it is. `seen`: the generation, and whether deletion was asked for. `status`: as it was
    found equal or last written, at `status_version`; `telling`: what was last sent to be written.
    `request`: somebody asks for a look now. `not_ours`: the name of a Secret that is not deleted, for it was not made
    for this object. `leave`: of the user's losing its access. `marks`: what of the manifest was applied to the user, by
    section; None as long as that was not looked at.
    """

    uid: str
    user_id: str = ""
    user_arn: str = ""
    home: str = ""
    foreign: str = ""
    attempt: Attempt = Attempt.UNKNOWN
    attempted: float = NEVER
    looked: float = NEVER
    described_id: str = ""
    described: float = NEVER
    absent: bool = False
    created: float = NEVER
    created_time: float = 0.0
    tagging: float = NEVER
    deleting_since: float = NEVER
    looks: int = 0
    password_secret: PasswordSecret | None = None
    not_ours: str = ""
    blocked: dict[str, ConnectError] = field(default_factory=dict)
    asked: dict[str, set[Hashable]] = field(default_factory=dict)
    provisional: frozenset[str] = frozenset()
    tries: dict[str, Try] = field(default_factory=dict)
    failures: int = 0
    seen: tuple[int, bool] = (0, False)
    trying: Trying = field(default_factory=Trying)
    retry_at: float = 0.0
    blocked_until: float = 0.0
    deletion_seen: float = 0.0
    duplicates: int = 0
    reread: bool = False
    untold: ConnectError | None = None
    gone: bool = False
    unreported: bool = False
    hurried: Hurried | None = None
    insisted: float = NEVER
    drift: int = 0
    request: Request = field(default_factory=Request)
    marks: Mapping[str, Mark] | None = None
    leave: Leave = field(default_factory=Leave)
    status: UserStatus | None = None
    telling: UserStatus | None = None
    status_version: str = ""
    ready: bool = False
    drifted: bool = False

    def note_described(self, user_id: str, when: float, *, absent: bool) -> None:
        """DescribeUser has answered; `absent`: it knows no such user, and that is proof."""
        self.described_id, self.described, self.absent = user_id, when, absent

    def described_at(self, user_id: str) -> float:
        """When DescribeUser last answered for that user."""
        return self.described if self.described_id == user_id else NEVER

    def is_absent(self, user_id: str) -> bool:
        """Whether that user was last proven to be gone."""
        return self.absent and self.described_id == user_id

    def note_attempt(self, attempt: Attempt, now: float) -> None:
        """CreateUser was sent, or said that the name exists: what was looked for before says nothing of it."""
        self.attempt, self.attempted, self.looked = attempt, now, NEVER

    def recognise(self, user_id: str, arn: str) -> None:
        """This user is the object's."""
        self.user_id, self.user_arn, self.attempt, self.looks = user_id, arn, Attempt.SETTLED, 0

    def lose(self) -> str:
        """The user is gone or another's; returns the id that was known."""
        lost, self.user_id, self.user_arn, self.created = self.user_id, "", "", NEVER
        return lost

    def note_try(self, operation: str, changes: tuple[Change, ...], now: float) -> None:
        """A write was acknowledged. Sent again for the same differences, it is the same try."""
        known = self.tries.get(operation)
        if known is not None and known.changes == changes:
            known.count, known.last, known.looks = known.count + 1, now, 0
        else:
            self.tries[operation] = Try(changes, 1, now, now)

    def forgive(self) -> None:
        """The manifest was edited: what failed for the former generation says nothing about this one."""
        self.failures = self.looks = 0
        self.reread, self.untold = False, None
        self.retry_at = self.blocked_until = 0.0
        self.blocked.clear()
        self.asked.clear()
        self.provisional = frozenset()
        self.tries.clear()

    def block(self, operation: str, error: ConnectError, *, asked: Hashable = (), provisional: bool = False) -> None:
        """Do not ask for this again until its time has come, whatever wakes the object; some never, before an edit.

        `provisional`: Connect may only not know the new user everywhere yet, so it is tried again in any case.
        """
        self.blocked[operation] = error.anew()
        self.asked.setdefault(operation, set()).add(asked)
        self.blocked_until = float("inf")  # the conclusion of the pass sets the time
        if provisional:
            self.provisional |= {operation}

    def refusal(self, operation: str, asked: Hashable = ()) -> ConnectError | None:
        """Why that very question is not asked (again); None where it may be."""
        return self.blocked.get(operation) if asked in self.asked.get(operation, ()) else None

    def reconsider(self) -> None:
        """Something around the object has changed: what is tried again anyway is tried now."""
        self.retry_at = self.blocked_until = 0.0
        kept = {name: error for name, error in self.blocked.items() if _for_good(error)}
        self.blocked = {name: error for name, error in kept.items() if name not in self.provisional}
        self.asked = {name: self.asked[name] for name in self.blocked}
        self.provisional = frozenset()


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
