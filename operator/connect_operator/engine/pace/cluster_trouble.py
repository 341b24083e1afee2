"""When a pass that the Kubernetes API has failed is tried again, and what is logged of it.

The API server's state as a whole is the adapter's business: it sends one probe at a time while the server refuses. Here
each object backs off for itself, so that one whose writes a webhook refuses does not hammer either.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.pace.backoff import Backoff
from connect_operator.engine.pace.growth import doubled
from connect_operator.engine.ports import ClusterUnavailableError

logger = logging.getLogger(__name__)

_FIRST = 2.0
_LINES_A_MINUTE = 10


@dataclass(slots=True)
class ClusterTrouble:
    """Of one kind of objects. `backoff` gives the jitter, and the pause after a refusal that a person must lift.

    `longest`: the longest pause in seconds; `longest_denied`: that after such a refusal.
    """

    backoff: Backoff
    kind: str
    longest: float = 60.0
    longest_denied: float = float("inf")
    _failures: dict[ObjectKey, int] = field(default_factory=dict)
    _minute: float = float("-inf")
    _lines: int = 0

    def delay(self, key: ObjectKey, error: ClusterUnavailableError | PermissionError) -> float:
        """Seconds until the object is tried again; logs the error, within bounds."""
        if isinstance(error, PermissionError):
            self._log(key, error)
            return self._spread(min(self.longest_denied, self.backoff.slow))
        if error.spared:
            # All who are spared come back when the probe is over, a little apart.
            return self._spread((error.retry_after or 0.0) + 0.5)
        self._log(key, error)
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        return max(error.retry_after or 0.0, self._spread(doubled(_FIRST, failures, self.longest)))

    def over(self, key: ObjectKey) -> None:
        """A pass over the object has ended well."""
        self._failures.pop(key, None)

    def _spread(self, seconds: float) -> float:
        return seconds * self.backoff.jitter.uniform(1.0, 1.5)

    def _log(self, key: ObjectKey, error: Exception) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._minute >= 60.0:  # noqa: PLR2004 - a minute
            if self._lines > _LINES_A_MINUTE:
                logger.warning("the Kubernetes API: %d more like the former", self._lines - _LINES_A_MINUTE)
            self._minute, self._lines = now, 0
        self._lines += 1
        if self._lines <= _LINES_A_MINUTE:
            logger.warning("the Kubernetes API: %s", error, extra={"object": f"{self.kind} {key}"})
