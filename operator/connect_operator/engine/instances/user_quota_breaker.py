"""Room for new users in an instance that has said it is full: one probe at a time, for everybody who waits.

By itself a probe is sent every few minutes. It is sent at once when there is hope: a person has edited an object that
waits, or a user of the instance is seen to be gone. After a probe that made a user the next one who waits tries, until
so many have succeeded in a row that nobody needs to wait any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.kinds.objects import ObjectKey

_ENOUGH = 5
# Of the slow retry, whose times are spread: whoever comes first after this sends the probe.
_SHARE = 0.9
# The next one who waits may be gone by now; a few are woken, and one of them sends.
_WOKEN = 10
_NEVER = float("-inf")


@dataclass(slots=True)
class UserQuotaBreaker:
    """Whether CreateUser may be sent. All times in monotonic seconds; `interval` is that of the slow retry."""

    interval: float
    error: ConnectError | None = None
    _next: float = 0.0
    _sent: float = _NEVER
    _refused: float = _NEVER
    _hope: float = _NEVER
    _probing: bool = False
    _made: int = 0
    _waiting: dict[ObjectKey, None] = field(default_factory=dict)

    def blocks(self, now: float) -> bool:
        """Whether CreateUser would not be admitted at `now`; asking changes nothing."""
        hopeless = now < self._next and self._hope <= self._refused
        return self.error is not None and (self._probing or hopeless)

    def allows(self, now: float) -> bool:
        """Whether CreateUser may be sent at `now`; where it is a probe, nobody else's may until `answered`."""
        if self.blocks(now):
            return False
        self._probing, self._sent = self.error is not None, now
        return True

    def refuse(self, error: ConnectError, now: float) -> set[ObjectKey]:
        """There was no room when it was sent; returns those of the waiting who are to try, where hope came since."""
        self.error, self._refused, self._made = error.anew(), self._sent, 0
        self._next = now + _SHARE * self.interval
        return self._woken() if self._hope > self._refused else set()

    def make(self) -> set[ObjectKey]:
        """A user was made; returns those of the waiting who are to try now."""
        self._made += 1
        self._next = _NEVER
        if self._made >= _ENOUGH:
            self.error = None
        return self._woken()

    def answered(self) -> None:
        """The call that was admitted is over, whatever came of it."""
        self._probing = False

    def insist(self, when: float) -> None:
        """A person has asked for a user at `when`, which is tried once, if no probe has told since."""
        self._hope = max(self._hope, when)

    def hope(self, when: float) -> set[ObjectKey]:
        """Somebody has left, as was seen at `when`; returns those of the waiting who are to try."""
        self.insist(when)
        return self._woken() if self.error is not None and not self._probing else set()

    def wait(self, key: ObjectKey) -> None:
        """That object waits for room."""
        self._waiting[key] = None

    def _woken(self) -> set[ObjectKey]:
        """The first of the waiting, or all where none has to wait any more; who waits again says so again."""
        woken = list(self._waiting)[: _WOKEN if self.error is not None else None]
        for key in woken:
            del self._waiting[key]
        return set(woken)
