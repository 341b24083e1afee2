"""What is remembered of a user's leaving between two passes. Losing it costs a call more, never correctness."""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.engine.instances.record import NEVER


@dataclass(slots=True)
class Leave:
    """`signed_out_tick`: when the user's sessions were last ended, or that was refused for good.

    `sign_outs`: how often that was throttled or unavailable in a row. `awaited_since_time`: since when the end of the
    user's contacts is waited for; None while it is not. `waived`: nobody may read them, so nothing is waited for.
    `begun`: the deactivation of a deleted object has begun, so the deletion guard has had its say. `unmarked`: the tag
    that tells of it was refused.
    """

    signed_out_tick: float = NEVER
    sign_outs: int = 0
    awaited_since_time: float | None = None
    waived: bool = False
    begun: bool = False
    unmarked: bool = False

    def sign_out(self, tick: float) -> None:
        """The user's sessions are ended, as far as they will ever be."""
        self.signed_out_tick, self.sign_outs = tick, 0

    def miss_sign_out(self) -> int:
        """They were not ended; how often by now."""
        self.sign_outs += 1
        return self.sign_outs

    def wait(self, since: float) -> None:
        """The end of the user's contacts is waited for."""
        self.awaited_since_time = since

    def waive(self) -> None:
        """Its contacts are not waited for."""
        self.waived = True

    def begin(self) -> None:
        """The deactivation of a deleted object's user has begun."""
        self.begun = True

    def go_unmarked(self) -> None:
        """No tag tells of the deactivation."""
        self.unmarked = True

    def stay(self) -> None:
        """The user is not to leave (any more): a wait to come is one of its own."""
        self.awaited_since_time, self.waived = None, False

    def over(self) -> None:
        """The user has left, or stays after all."""
        self.awaited_since_time, self.waived, self.signed_out_tick = None, False, NEVER
