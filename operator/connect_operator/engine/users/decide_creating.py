"""What to do next for a live object that has no user: a checklist, a part of decide.py's. Pure."""

from __future__ import annotations

from connect_operator.domain.conditions.conditions import RESOLVED, Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.remedies import explained
from connect_operator.domain.plan.plan import Plan
from connect_operator.engine.instances.record import NEVER
from connect_operator.engine.instances.unusable import may_hold
from connect_operator.engine.users import decide_leaving, evidence, objections
from connect_operator.engine.users.checklist import Checks, first
from connect_operator.engine.users.drift_policy import Share, told_with
from connect_operator.engine.users.situation import Conclude, Create, Decision, FindByName, Situation


def create(situation: Situation) -> Decision:
    """What comes before CreateUser, or CreateUser."""
    return first(_CHECKS, situation)


def _observed(situation: Situation) -> Decision | None:
    if situation.spec.management_policy != "Observe":
        return None
    username, looked = situation.user.username, situation.memory.readings.looked_tick
    if looked == NEVER or looked < (situation.instance.inventory.swept_tick or NEVER):
        return FindByName(username)  # it may have been made since the sweep
    message = (
        f"instance {situation.instance.name} has no user {username!r}; with Observe it is not created: set "
        "spec.managementPolicy: Manage to have it made, or correct spec.username"
    )
    references, todo = situation.resolution.references, (f"create user {username}",)
    verdict = Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=message, plan=todo, references=references)
    return Conclude(verdict)


def _too_early(situation: Situation) -> Decision | None:
    early = decide_leaving.scheduled(situation)
    return Conclude(early) if early is not None else None


def _objected_to(situation: Situation) -> Decision | None:
    """Something in the manifest, the instance or the grant speaks against it."""
    resolution = situation.resolution
    problem = (
        decide_leaving.unprepared(situation)
        or objections.rules(situation, creating=True)
        or objections.unresolved(resolution)
        or objections.not_granted(situation, objections.refusals(situation, resolution))
        or objections.tag_room(situation, resolution)
    )
    if problem is None:
        return None
    return Conclude(told_with(problem, Share(Plan()), resolution.references))


def _may_be_elsewhere(situation: Situation) -> Decision | None:
    """The user may be in an instance that cannot be read; an instance that stays so holds nobody up for ever."""
    unread = situation.unread
    if unread is None:
        return None
    left = unread.since_tick + situation.window - situation.tick
    return Conclude(may_hold(unread), requeue_after=left) if left > 0 else None


def _unsettled(situation: Situation) -> Decision | None:
    return evidence.unsettled_attempt(situation, situation.resolution.references)


def _refused(situation: Situation) -> Decision | None:
    refused = objections.refused_creation(situation, situation.resolution)
    return Conclude(refused) if refused is not None else None


def _full(situation: Situation) -> Decision | None:
    full = situation.instance.full
    if full is None:
        return None
    return Conclude(Verdict(reason=Reason.QUOTA_EXCEEDED, message=explained(full), references=RESOLVED))


def _free(situation: Situation) -> Decision:
    return Create(situation.resolution)


_CHECKS: Checks = (_observed, _too_early, _objected_to, _may_be_elsewhere, _unsettled, _refused, _full, _free)
