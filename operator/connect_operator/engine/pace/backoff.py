"""How long to wait before something that failed is tried again."""

from __future__ import annotations

import random
from dataclasses import dataclass

from connect_operator.domain.conditions.reasons import TABLE, Reason, Retry
from connect_operator.engine.pace.growth import doubled

_FIRST = 1.0
_LONGEST = 300.0
# What a person may put right at any moment (a missing Secret, a misspelt profile) is looked at more often: no AWS write
# is made for it.
_LONGEST_FOR_REFERENCES = 30.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waiting times by reason. `slow` is the interval of what retries slowly, in seconds."""

    slow: float
    jitter: random.Random

    def delay(self, reason: Reason, failures: int) -> float | None:
        """Seconds until the next look, after that many failures in a row; None: not by itself."""
        retry = TABLE[reason].retry
        if retry is Retry.SLOWLY:
            return self.slow * self.jitter.uniform(0.9, 1.1)
        if retry is not Retry.BACKOFF:
            return None
        is_reference = reason in (Reason.REFERENCE_NOT_FOUND, Reason.REFERENCE_AMBIGUOUS)
        longest = _LONGEST_FOR_REFERENCES if is_reference else _LONGEST
        return doubled(_FIRST, failures, longest) * self.jitter.uniform(0.75, 1.25)
