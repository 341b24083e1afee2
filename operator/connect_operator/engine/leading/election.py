"""Who leads: the decisions about one Lease, without I/O. What is sent and when belongs to leadership.py.

    standby ──lease free, or not renewed for its whole duration──> leader
    leader ──somebody else holds it──> ended (the process starts anew, as a standby)

Times are seconds of this process's monotonic clock; what other machines wrote as times is shown to people and never
compared. A holder counts from before its renewal was sent, everybody else from when they saw it, which is later: so
whatever the clocks say, nobody takes over before the holder knows that its time is up. Only the rates of the clocks
have to agree.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

# A Lease that somebody else writes may name any duration; nobody is waited for longer than this.
_LONGEST = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`duration`: a Lease not renewed for so long is free. `renew_within`: not renewed for so long, a lead is in doubt.

    `retry`: from one renewal to the next. `look`: from one look at another's Lease to the next; shorter, since what is
    seen late is taken over late.
    """

    duration: float = 15.0
    renew_within: float = 10.0
    retry: float = 2.0
    look: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRecord:
    """A Lease as the API server has it. `version` is the resourceVersion; times are as they stand there."""

    holder: str = ""
    duration: float = 15.0
    acquire_time: str = ""
    renew_time: str = ""
    transitions: int = 0
    version: str = ""


class Move(enum.Enum):
    """What to do next."""

    READ = "see how the Lease stands"
    CREATE = "there is none: make it, held by us"
    TAKE = "it is free: write ourselves in"
    RENEW = "write that we still hold it"
    END = "somebody else holds what was ours"


@dataclass(slots=True)
class Election:
    """What one process knows of the Lease."""

    identity: str
    terms: Terms = Terms()
    _known: LeaseRecord | None = None
    _seen: bool = False
    _stale: bool = True
    _free_at: float = float("-inf")
    _deadline: float = float("-inf")
    _led: bool = False

    @property
    def has_led(self) -> bool:
        """Whether this process has held the Lease at any time."""
        return self._led

    @property
    def known(self) -> LeaseRecord | None:
        """The Lease as it was last seen or written."""
        return self._known

    @property
    def deadline(self) -> float:
        """Until when nobody else can hold the Lease; in the past where we do not."""
        return self._deadline

    def leads(self, now: float) -> bool:
        """Whether nobody else can hold it at present."""
        return now < self._deadline

    def in_doubt(self, now: float) -> bool:
        """Whether no renewal has come through for too long."""
        return self._led and now >= self._deadline - self.terms.duration + self.terms.renew_within

    def next_move(self, now: float) -> Move | None:
        """What to do now; None: nothing, before `pause` is over."""
        if self._stale:
            return Move.READ
        if self._known is not None and self._known.holder == self.identity:
            return Move.RENEW
        if self._led:
            # Whoever took it may have given it up again: what this process remembers is out of date in any case.
            return Move.CREATE if self._known is None and self.leads(now) else Move.END
        if now < self._free_at:
            return None
        return Move.CREATE if self._known is None else Move.TAKE

    def pause(self, now: float) -> float:
        """Seconds until the next move."""
        if self._led:
            return self.terms.retry
        left = self._free_at - now
        return min(self.terms.look, left) if left > 0 else self.terms.look

    def saw(self, record: LeaseRecord | None, now: float) -> None:
        """That is how the Lease stands; None: there is none."""
        before, self._known, self._stale = self._known, record, False
        if record is None:
            # Who has seen a holder waits for its time to end, even if the Lease was deleted: it may not know yet.
            if not self._seen:
                self._free_at = now
        elif not record.holder:
            self._free_at = now
        elif before is None or not self._seen or (before.holder, before.version) != (record.holder, record.version):
            self._free_at = now + min(_LONGEST, max(self.terms.duration, record.duration))
        self._seen = self._seen or record is not None

    def look_again(self) -> None:
        """What is known may be out of date: read before the next write."""
        self._stale = True

    def renewed(self, record: LeaseRecord, sent: float) -> None:
        """A write that was sent then (before it was sent) has made the Lease ours."""
        self._known, self._seen, self._stale, self._led = record, True, False, True
        self._deadline = max(self._deadline, sent + self.terms.duration)

    def resign(self) -> None:
        """Lead no more, since the Lease is about to be given up."""
        self._deadline, self._stale = float("-inf"), True
