"""What a pass tells of an object besides its verdict: references, findings, what is pending. Pure."""

from __future__ import annotations

from msgspec import UNSET

from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.kinds.status import find_condition
from connect_operator.domain.plan.plan import Plan, plan
from connect_operator.engine.users.adoption import hidden
from connect_operator.engine.users.drift_policy import Share, share
from connect_operator.engine.users.identity import Attempt
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.situation import Situation
from connect_operator.engine.users.user_report import Findings


def findings(situation: Situation | None) -> Findings | None:
    """What the status says besides the verdict; None without an instance."""
    if situation is None:
        return None
    record = situation.record
    mine = record is not None and situation.own
    observing = situation.spec.management_policy == "Observe"
    seen = observing and record is not None and hidden(situation, record) is None
    shown = record if mine or seen else None
    expected = situation.known_id
    return Findings(
        instance_arn=str(situation.arn) if shown is not None or _may_live_here(situation) else "",
        user_id=expected if record is None or (record.user.user_id == expected and not observing) else "",
        resolved=situation.resolution.resolved,
        record=shown,
    )


def _may_live_here(situation: Situation) -> bool:
    """Whether a user of this object may have been made or taken in the instance, by this process or an earlier one."""
    memory, status = situation.memory, situation.user.status
    pinned = (
        situation.user.has_finalizer and status.instance_arn is not UNSET and memory.identity.attempt is Attempt.UNKNOWN
    )
    return memory.home != "" or pinned


def pending(situation: Situation) -> Share:
    """The differences that wait, and those that are left; none for a user that does not exist yet."""
    record = situation.record
    if record is None or situation.user.deleting or not situation.own:
        return Share(Plan())
    return share(situation, record, plan(situation.resolution.desired, record.user, trust_unseen=True))


def is_told_throttled(user: ConnectUser, memory: Memory) -> bool:
    """Whether the status says already that the service refuses calls for their rate."""
    ready = find_condition((memory.telling.status or user.status).conditions, "Ready")
    generation = user.metadata.generation
    return ready is not None and ready.reason == Reason.THROTTLED and ready.observed_generation == generation


def was_refused(user: ConnectUser) -> bool:
    """Whether this very manifest was told to be stuck before: after a restart it lets those go first that were not."""
    stalled = find_condition(user.status.conditions, "Stalled")
    return stalled is not None and stalled.observed_generation == user.metadata.generation
