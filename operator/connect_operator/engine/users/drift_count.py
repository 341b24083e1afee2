"""Counts drift: users that were as their manifests say and are not, without an edit; and those put right again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import CONVERGED, Reason
from connect_operator.domain.kinds.status import find_condition
from connect_operator.domain.plan import leaving
from connect_operator.domain.plan.leaving import Phase
from connect_operator.engine.users.findings import pending
from connect_operator.engine.users.situation import Create, Decision, Read, Situation, Write
from connect_operator.engine.users.user_report import current_status, is_told_ready

_PHASES = {
    Reason.SCHEDULED.value: Phase.SCHEDULED,
    Reason.AVAILABLE.value: Phase.ACTIVE,
    Reason.INACTIVE.value: Phase.INACTIVE,
}


@dataclass(frozen=True, slots=True)
class DriftCount:
    """Tells the ConnectInstance of each user, once when drift is found and once when it is repaired."""

    found: Callable[[str], None] = lambda _instance: None
    repaired: Callable[[str], None] = lambda _instance: None

    def decided(self, situation: Situation, decision: Decision) -> None:
        """What is to be done about a live object; a write to one that is Ready for this manifest is drift.

        So is a reading before such a write: by the time it has had its turn, the object may say that it waits.
        """
        user, memory = situation.user, situation.memory
        generation = user.metadata.generation
        if user.deleting or memory.writes.drift == generation or not isinstance(decision, Write | Create | Read):
            return
        if (
            is_told_ready(user, memory)
            and not _a_day_has_come(situation)
            and not _terms_have_changed(situation)
            and (isinstance(decision, Write | Create) or _differs(situation))
        ):
            memory.writes.find_drift(generation)
            self.found(situation.instance.name)

    def concluded(self, situation: Situation, verdict: Verdict) -> None:
        """What a pass has come to. Drift that waits for its window was found, though nothing is done about it yet."""
        user, memory, instance = situation.user, situation.memory, situation.instance.name
        if verdict.reason in CONVERGED:
            memory.writes.agree(situation.instance.spec)
        if verdict.reason is Reason.DRIFT_PENDING and memory.writes.drift != user.metadata.generation:
            memory.writes.find_drift(user.metadata.generation)
            self.found(instance)
        if memory.writes.drift and (verdict.reason in CONVERGED or memory.writes.drift != user.metadata.generation):
            if memory.writes.drift == user.metadata.generation:
                self.repaired(instance)
            memory.writes.end_drift()


def _a_day_has_come(situation: Situation) -> bool:
    """Whether activeFrom or activeUntil has passed since the status was told: then nobody has changed anything."""
    told = find_condition(current_status(situation.user, situation.memory).conditions, "Ready")
    before = _PHASES.get(told.reason) if told is not None else None
    return before is not None and before is not leaving.phase(situation.spec, situation.now)


def _terms_have_changed(situation: Situation) -> bool:
    """Whether the ConnectInstance gives its users something else than when this process last saw the user agree."""
    before, now = situation.memory.writes.terms, situation.instance.spec
    if before is None or before is now:
        return False
    return (before.default_tags, before.inactive) != (now.default_tags, now.inactive)


def _differs(situation: Situation) -> bool:
    """Whether a difference is known that is to be removed."""
    return situation.spec.management_policy == "Manage" and bool(pending(situation).lines)
