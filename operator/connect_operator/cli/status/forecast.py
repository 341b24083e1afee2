"""How long it will take: from the instances' own estimates of their backlog, else from the speed of late."""

from __future__ import annotations

from collections import deque

from connect_operator.cli.status.snapshot import Snapshot

_WINDOW = 120.0
_SHORTEST = 5.0


class Forecast:
    """Looks at one snapshot after the other."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def left(self, snapshot: Snapshot, *, now: float, monotonic: float) -> float | None:
        """Seconds until nothing is going on; 0 when nothing is, None when it cannot be told."""
        while self._samples and monotonic - self._samples[0][0] > _WINDOW:
            self._samples.popleft()
        self._samples.append((monotonic, snapshot.done))
        if snapshot.going <= 0 and not any(each.pending for each in snapshot.instances):
            return 0.0
        estimates = [each.done_by - now for each in snapshot.instances if each.done_by is not None]
        if estimates and max(estimates) > 0:
            return max(estimates)
        return self._by_speed(snapshot)

    def _by_speed(self, snapshot: Snapshot) -> float | None:
        (began, before), (ended, after) = self._samples[0], self._samples[-1]
        if ended - began < _SHORTEST or after <= before:
            return None
        return snapshot.going * (ended - began) / (after - before)
