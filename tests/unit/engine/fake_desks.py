"""What FakeConnect knows of users at work: sessions, contacts, and the quick connects that lead to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from connect_operator.engine.ports import QuickConnect


@dataclass(slots=True)
class FakeDesks:
    """`signed_in`: who has a session; `busy_until`: by user, until when (epoch seconds) it is on a contact.

    `asked`: whom GetCurrentUserData was asked about, call by call; `unknown`: who makes such a call fail.
    """

    signed_in: set[str] = field(default_factory=set)
    busy_until: dict[str, float] = field(default_factory=dict)
    quick_connects: dict[str, QuickConnect] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    def lead(self, quick_connect: str, user_id: str) -> None:
        """There is a quick connect that leads to that user; "" for one to a queue."""
        self.quick_connects[quick_connect] = QuickConnect(quick_connect, f"To {user_id or 'a queue'}", user_id)

    def busy(self, user_ids: tuple[str, ...], now: float) -> frozenset[str]:
        """Those of them who are on a contact."""
        self.asked.append(user_ids)
        return frozenset(each for each in user_ids if self.busy_until.get(each, 0.0) > now)

    def effect(self, operation: str, subject: str) -> Callable[[], None]:
        """What a write does here."""
        if operation == "DeleteAllEntitySessions":
            return lambda: self.signed_in.discard(subject)
        return lambda: self.quick_connects.__delitem__(subject)
