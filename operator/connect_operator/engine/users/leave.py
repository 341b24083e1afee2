"""What is remembered of a user's leaving between two passes. Losing it costs a call more, never correctness."""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.engine.instances.record import NEVER


@dataclass(slots=True)
class Leave:
    """`signed_out`: when (monotonic seconds) the user's sessions were last ended, or that was refused for good.

    `sign_outs`: how often that was throttled or unavailable in a row. `awaited_since`: since when (epoch seconds) the
    end of the user's contacts is waited for; None while it is not. `waived`: nobody may read them, so nothing is waited
    for. `begun`: the deactivation of a deleted object has begun, so the deletion guard has had its say. `unmarked`: the
    tag that tells of it was refused.
    """

    signed_out: float = NEVER
    sign_outs: int = 0
    awaited_since: float | None = None
    waived: bool = False
    begun: bool = False
    unmarked: bool = False

    def over(self) -> None:
        """The user has left, or stays after all."""
        self.awaited_since, self.waived, self.signed_out = None, False, NEVER
