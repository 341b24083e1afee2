"""One step of a pass over a ConnectUser: what it is made for, and what carrying out its decision comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.engine.instances.caller import Step
from connect_operator.engine.pace.turn import NeedsToken
from connect_operator.engine.users.situation import Conclude, Situation, Write

_TAGGING = frozenset({"TagResource", "UntagResource"})


@dataclass(frozen=True, slots=True)
class UserStep(Step):
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


def addressed(step: UserStep, decision: Write) -> dict[str, Any]:
    """The parameters with the user they are for: tag operations take an ARN, all others UserId."""
    call = decision.call
    if call.operation not in _TAGGING:
        return {"UserId": decision.user_id, **call.parameters}
    record = step.instance.inventory.get(decision.user_id)
    arn = (
        record.user.arn if record is not None and record.user.arn else f"{step.situation.arn}/agent/{decision.user_id}"
    )
    return {"resourceArn": arn, **call.parameters}
