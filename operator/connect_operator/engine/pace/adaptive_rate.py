"""How fast to call where others use the same quota: slower at once when the service says so, faster again by and by.

Additive increase and multiplicative decrease, as in TCP: programs that do so come to share what there is.
"""

from __future__ import annotations

# After a throttled answer; a third less, since one throttled call does not prove that half of the quota is gone.
_DECREASE = 0.7
# Of the quota, each second: from the least to all of it in three minutes.
_INCREASE = 0.005
_LEAST = 0.1
# Throttled answers within so many seconds are one: their calls were sent before the first came.
_ONE_BURST = 2.0
# Below this share of the quota it is worth telling people; above the other one no more.
_TOLD_BELOW = 0.6
_UNTOLD_ABOVE = 0.95


class AdaptiveRate:
    """Tokens a second of one operation: a share of its `quota`. Times are monotonic seconds."""

    __slots__ = ("_lowered", "_share", "_slowed", "quota")

    def __init__(self, quota: float) -> None:
        self.quota = quota
        self._share = 1.0
        self._lowered = float("-inf")
        self._slowed = False

    def share(self, now: float) -> float:
        """Of the quota, from 0.1 to 1."""
        if self._share >= 1.0:
            return 1.0
        share = min(1.0, self._share + _INCREASE * max(0.0, now - self._lowered))
        if share >= 1.0:
            self._share = 1.0
        return share

    def at(self, now: float) -> float:
        """Tokens a second."""
        return self.quota * self.share(now)

    def lower(self, now: float) -> None:
        """The service throttled a call."""
        if now - self._lowered < _ONE_BURST:
            return
        self._share = max(_LEAST, self.share(now) * _DECREASE)
        self._lowered = now

    def slowed(self, now: float) -> bool:
        """Whether others use so much of the quota that people should know; said until it is over."""
        self._slowed = self.share(now) < (_UNTOLD_ABOVE if self._slowed else _TOLD_BELOW)
        return self._slowed
