"""One step of a pass over a ConnectUser: what it is made for, and what carrying out its decision comes to."""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.domain.conditions import Verdict
from connect_operator.engine.instances.caller import Errand
from connect_operator.engine.pace.scheduler import NeedsToken
from connect_operator.engine.users.situation import Conclude, Situation


@dataclass(frozen=True, slots=True)
class Step(Errand):
    """One step of a pass over a ConnectUser, what is known there, and when the pass began (monotonic seconds)."""

    situation: Situation
    began: float


@dataclass(frozen=True, slots=True)
class Throttled:
    """The service refused the call for its rate: say so, and stand at the head of the line again."""

    verdict: Verdict
    need: NeedsToken


# None: the pass goes on with what is known now.
Outcome = NeedsToken | Throttled | Conclude | None
