"""What the deletion guard asks for of what is remembered of objects and their users; users/memory.py has it."""

from __future__ import annotations

from typing import Protocol

from connect_operator.domain.kinds.objects import ConnectUser, ObjectKey


class Remembered(Protocol):
    """What the process remembers of one object and its user, and the guard asks for.

    `gone`: the user was deleted. `_time` is in epoch seconds, `_tick` in monotonic seconds.
    """

    @property
    def uid(self) -> str:
        """Of the object."""
        ...

    @property
    def home(self) -> str:
        """The ARN of the instance where the user lives, "" when that is not known."""
        ...

    @property
    def user_id(self) -> str:
        """Of the user in Connect, "" when there is none."""
        ...

    @property
    def gone(self) -> bool:
        """Whether the user has been deleted."""
        ...

    @property
    def deleting_since_time(self) -> float:
        """When the object's deletion was first seen, in epoch seconds."""
        ...

    @property
    def deleting_since_tick(self) -> float:
        """The same in monotonic seconds."""
        ...


class Memories(Protocol):
    """What is remembered of all objects."""

    def of(self, user: ConnectUser) -> Remembered:
        """Of that very object."""
        ...

    def peek(self, key: ObjectKey) -> Remembered | None:
        """Of the object of that name, if there is anything."""
        ...
