"""What is remembered of looking for an object's user in vain. Losing it costs a few reads."""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.engine.instances.record import NEVER


@dataclass(slots=True)
class Readings:
    """`looked_tick`: of the last search by name since the last CreateUser that found nothing.

    `described_tick` and `absent`: of the last DescribeUser of `described_id`, and whether it found nothing, by strong
    evidence; `absent_since_tick`: of the first that found nothing since any found that user. `looks`: how often in a
    row Connect did not show what is expected.
    """

    looked_tick: float = NEVER
    described_id: str = ""
    described_tick: float = NEVER
    absent: bool = False
    absent_since_tick: float = NEVER
    looks: int = 0

    def note_described(self, user_id: str, tick: float, *, absent: bool) -> None:
        """DescribeUser has answered; `absent`: it knows no such user, and that is proof."""
        if not (absent and self.is_absent(user_id)):
            self.absent_since_tick = tick if absent else NEVER
        self.described_id, self.described_tick, self.absent = user_id, tick, absent

    def described_at(self, user_id: str) -> float:
        """When DescribeUser last answered for that user (monotonic seconds)."""
        return self.described_tick if self.described_id == user_id else NEVER

    def is_absent(self, user_id: str) -> bool:
        """Whether that user was last proven to be gone."""
        return self.absent and self.described_id == user_id

    def note_nobody(self, tick: float) -> None:
        """A search by name has found nothing."""
        self.looked_tick = tick

    def forget_search(self) -> None:
        """What was looked for before says nothing any more."""
        self.looked_tick = NEVER

    def look_in_vain(self) -> None:
        """Connect did not show what is expected."""
        self.looks += 1

    def see(self) -> None:
        """Connect shows what is expected, or something else is expected by now."""
        self.looks = 0
