"""What is remembered of what was told of an object. Losing it costs a status write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from connect_operator.domain.kinds.status import UserStatus


class Trying(NamedTuple):
    """Since when an object has had one reason, for one generation."""

    reason: str = ""
    generation: int = 0
    since_time: float = 0.0

    def at(self, reason: str, generation: int, now: float) -> Trying:
        """The same while reason and generation are, else one that begins now."""
        return self if (self.reason, self.generation) == (reason, generation) else Trying(reason, generation, now)


_NOT_TRYING = Trying()


@dataclass(slots=True)
class Telling:
    """`status`: as it was found equal or last written, at `version`; `sent`: what was last sent to be written.

    `ready`, `drifted`: by the last verdict. `trying`: since when its reason is what it is. `unreported`: a call was
    made since the last status write.
    """

    status: UserStatus | None = None
    version: str = ""
    sent: UserStatus | None = None
    ready: bool = False
    drifted: bool = False
    trying: Trying = _NOT_TRYING
    unreported: bool = False

    def owe(self) -> None:
        """A call was made, of which status says nothing yet."""
        self.unreported = True

    def report(self) -> None:
        """Status is to say what is known by now."""
        self.unreported = False

    def try_for(self, reason: str, generation: int, time: float) -> None:
        """The object has that reason at that time."""
        self.trying = self.trying.at(reason, generation, time)

    def stand(self, *, ready: bool, drifted: bool) -> bool:
        """How the object stands by the newest verdict; tells whether that is new."""
        was = self.ready, self.drifted
        self.ready, self.drifted = ready, drifted
        return was != (ready, drifted)

    def send(self, status: UserStatus) -> None:
        """This is being written."""
        self.sent = status

    def write(self, status: UserStatus, version: str) -> None:
        """This was written, which made that version of the object."""
        self.status, self.version = status, version

    def find(self, status: UserStatus, version: str | None) -> None:
        """The status says what is to be said; `version`: of the object that has it, None where that is known."""
        self.version = self.version if version is None else version
        # The one that the store has, too: twice, it would be a third of what an object takes in memory.
        self.status = status
        self.sent = status if self.sent == status else self.sent

    def see(self, status: UserStatus) -> bool:
        """The watch brings this status; tells whether it is what was told, of which one copy is kept then."""
        if status != self.status:
            return False
        self.find(status, None)
        return True

    def presume(self, status: UserStatus) -> None:
        """Take this for what was told, without a word of it."""
        self.status = status
