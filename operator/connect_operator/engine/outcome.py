"""What carrying out a decision comes to."""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.domain.conditions import Verdict
from connect_operator.engine.scheduler import NeedsToken
from connect_operator.engine.situation import Conclude


@dataclass(frozen=True, slots=True)
class Throttled:
    """The service refused the call for its rate: say so, and stand at the head of the line again."""

    verdict: Verdict
    need: NeedsToken


# None: the pass goes on with what is known now.
Outcome = NeedsToken | Throttled | Conclude | None
