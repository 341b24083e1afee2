"""What to do next for a live object: a checklist, read from top to bottom; the first entry that has a say decides.

Pure: a Situation goes in, a Decision comes out. Deleting objects have a checklist of their own in decide_deleting.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import UNSET

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.unlisted import CONTACT, PROFICIENCIES, is_unlisted
from connect_operator.domain.plan import grants, leaving
from connect_operator.domain.plan.changes import Call, asked
from connect_operator.domain.plan.desired import Resolution
from connect_operator.domain.plan.plan import Plan, plan
from connect_operator.domain.text.timestamps import epoch
from connect_operator.engine.instances.own_writes import DATE_GRANULARITY
from connect_operator.engine.instances.record import Record
from connect_operator.engine.users import (
    decide_creating,
    decide_leaving,
    demotion,
    drift_policy,
    evidence,
    objections,
    skills,
    tries,
    wording,
)
from connect_operator.engine.users.adoption import contested, hidden, owned, tag_refused
from connect_operator.engine.users.checklist import Checks, first, referring
from connect_operator.engine.users.drift_policy import Share, told_with
from connect_operator.engine.users.situation import (
    Conclude,
    Decision,
    Describe,
    ListProficiencies,
    Situation,
    Update,
)

# What waits for a time of its own, also where something else is told.
_TIMED = (Reason.DRIFT_PENDING, Reason.WAITING_FOR_CONTACTS)


def converge(situation: Situation) -> Decision:
    """The next thing to do for a live object."""
    return first(_CHECKS, situation)


def _suspended(situation: Situation) -> Decision | None:
    if not situation.spec.suspend:
        return None
    return Conclude(Verdict(reason=Reason.SUSPENDED, message="spec.suspend is true: this user is left alone"))


def _lost_sight_of_it(situation: Situation) -> Decision | None:
    """The user's id is known, but the inventory does not show it, and nothing proves that it is gone."""
    user_id = situation.known_id
    if situation.record is not None or not user_id or situation.memory.readings.is_absent(user_id):
        return None
    return evidence.look_at(situation, user_id)


def _older_rival(situation: Situation) -> Decision | None:
    return referring(contested(situation), situation) if situation.record is None else None


def _nobody(situation: Situation) -> Decision | None:
    """No user of that name is known."""
    return decide_creating.create(situation) if situation.record is None else None


def _unread(situation: Situation) -> Decision | None:
    """Known by name only (SearchUsers lags), or not in the last sweep: DescribeUser has the last word."""
    record = situation.record
    if record is None or not (record.partial or record.missing):
        return None
    return evidence.look_at(situation, record.user.user_id)


def _promoted(situation: Situation) -> Decision | None:
    """Who was made more in Connect than its namespace may is made less, whatever else there is to read or to change."""
    record = situation.record
    if record is None or not situation.own or not demotion.is_promoted(situation, record):
        return None
    if _not_ours(situation) is not None:
        return None  # its tag is put back first
    decision = _difference(situation, record)
    return decision if isinstance(decision, Update) and decision.demotes else demotion.relief(situation, record)


def _asked_for(situation: Situation) -> Decision | None:
    """What is still to be read of the user, since somebody asks for a look now."""
    record, request = situation.record, situation.memory.request
    if record is None or not request.pending:
        return None
    if record.described_tick < request.since_tick:
        return Describe(record.user.user_id)
    if situation.spec.proficiencies is not UNSET and request.proficiencies_tick < request.since_tick:
        return ListProficiencies(record.user.user_id)
    return None


def _too_early(situation: Situation) -> Decision | None:
    """Before activeFrom nobody is taken over."""
    if situation.own or situation.spec.management_policy == "Observe":
        return None
    early = decide_leaving.scheduled(situation)
    return Conclude(early) if early is not None else None


def _not_ours(situation: Situation) -> Decision | None:
    """The user is to be made ours, or is not; who only looks is not shown another's."""
    record = situation.record
    if record is None:
        return None
    if situation.spec.management_policy == "Observe":
        return hidden(situation, record)
    return referring(owned(situation, record), situation)


def _differing(situation: Situation) -> Decision | None:
    """What is to be changed of the user, or how it stands."""
    record = situation.record
    if record is None:
        return None
    decision = _difference(situation, record)
    refused = tag_refused(situation, record) if situation.own else None
    if refused is None or situation.spec.management_policy == "Observe":
        return decision
    if not isinstance(decision, Conclude) or decision.verdict is None:
        return decision
    # Everything else has been seen to by now, or waits for its time, which goes on counting.
    left = decision.verdict
    told = msgspec.structs.replace(refused, plan=left.plan, references=left.references, ignored=left.ignored)
    return Conclude(told, decision.requeue_after if left.reason in _TIMED else None)


_CHECKS: Checks = (
    _suspended,
    _lost_sight_of_it,
    _older_rival,
    _nobody,
    _unread,
    _promoted,
    _asked_for,
    _too_early,
    _not_ours,
    _differing,
)


def _difference(situation: Situation, record: Record) -> Decision:
    resolution = situation.resolution
    full = plan(
        resolution.desired,
        record.user,
        trust_unseen=verified(situation, record),
        insist=frozenset(situation.memory.writes.tries),
    )
    for hasty in (Share(decide_leaving.hasty(situation, full)), demotion.share(situation, record, full)):
        if hasty.todo.calls and not isinstance(decision := _next_call(situation, record, resolution, hasty), Conclude):
            return decision
    if CONTACT in full.unseen:
        return Describe(record.user.user_id)
    if PROFICIENCIES in full.unseen:
        return ListProficiencies(record.user.user_id)
    shared = drift_policy.share(situation, record, full)
    if situation.spec.management_policy == "Observe":
        return Conclude(told_with(_observing(shared), shared, resolution.references))
    rules = objections.rules(situation, creating=False)
    if rules is not None:
        return Conclude(told_with(rules, shared, resolution.references))
    return _next_call(situation, record, resolution, shared)


def _next_call(situation: Situation, record: Record, resolution: Resolution, shared: Share) -> Decision:
    """The first call that may be made; with none left, the verdict on what remains."""
    todo = shared.todo
    if situation.inactive:
        todo = msgspec.structs.replace(todo, calls=leaving.security_first(todo.calls))
    reading = skills.to_read(situation, todo.calls)
    if reading is not None:
        return reading
    refusals, waits = objections.refusals(situation, resolution, record.user, todo), None
    crowded = objections.tag_room(situation, resolution, record.user)
    for call in _possible(situation, refusals, todo, crowded=crowded is not None):
        first = decide_leaving.before(situation, record, call)
        if isinstance(first, Conclude):
            waits = first
        else:
            return first or _update(situation, record, call, drift_policy.repair_until(situation, shared, call))
    references = resolution.references
    if waits is not None and waits.verdict is not None:
        return Conclude(told_with(waits.verdict, shared, references), waits.requeue_after)
    verdict = told_with(crowded or _remaining(situation, todo, resolution, refusals), shared, references)
    if verdict.reason is not Reason.AVAILABLE:
        return Conclude(verdict)
    if shared.waiting:
        return drift_policy.pending(situation, shared, verdict)
    return tries.look_back(situation, record, decide_leaving.told(situation, verdict))


def _update(situation: Situation, record: Record, call: Call, until: float | None) -> Update:
    what, sign_out = wording.changes(situation, call), decide_leaving.occasion(situation, record, call)
    return Update(record.user.user_id, call, what, until, sign_out, demotion.demotes(situation, record, call))


def _possible(
    situation: Situation, refusals: tuple[grants.Refusal, ...], todo: Plan, *, crowded: bool
) -> Iterator[Call]:
    """The calls less those that give what may not be given, that were refused or given up, and what goes with them.

    Of a section that takes several calls nothing is taken away for what could not be given: a refusal must leave
    nobody poorer. Tags that make room for others go first all the same.
    """
    memory, forbidden = situation.memory, {each.operation for each in refusals}
    forbidden |= {"TagResource"} if crowded else set()
    failing = {
        call.operation
        for call in todo.calls
        if memory.writes.refusal(call.operation, asked(call.changes)) is not None
        or call.operation in forbidden
        or tries.is_given_up(situation, call)
    }
    if failing & skills.GIVING or skills.missing(situation, todo.calls) is not None:
        failing |= skills.SECTION
    passed: set[str] = set()
    for call in todo.calls:
        passed.add(call.operation)
        if call.operation in failing or (call.operation == "UntagResource" and "TagResource" in passed & failing):
            continue
        yield call


def _remaining(
    situation: Situation, todo: Plan, resolution: Resolution, refusals: tuple[grants.Refusal, ...]
) -> Verdict:
    memory, unprepared = situation.memory, decide_leaving.unprepared(situation)
    if unprepared is not None:
        return unprepared
    refused = ((call, memory.writes.refusal(call.operation, asked(call.changes))) for call in todo.calls)
    blocked = [(call, error) for call, error in refused if error is not None]
    if blocked:
        message = "; ".join(wording.refused(situation, call, error) for call, error in blocked)
        return Verdict(reason=blocked[0][1].reason, message=message)
    denied = objections.not_granted(situation, refusals) or skills.missing(situation, todo.calls)
    if denied is not None:
        return denied
    if todo.calls:
        return wording.not_converging(situation, todo.calls)
    unresolved = objections.unresolved(resolution)
    if unresolved is not None:
        return unresolved
    if situation.wanted not in ("", str(situation.arn)):
        return objections.moved(situation)
    if todo.immutable:
        return objections.immutable(todo.immutable)
    message = "Connect holds what the manifest asks"
    if situation.rivals:
        here = [each for each in situation.rivals if each.metadata.namespace == situation.user.metadata.namespace]
        others = ", ".join(str(rival.key) for rival in here)
        message += f"; the same username is asked for by ConnectUser {others}, which waits" if here else ""
    if situation.doubles:
        message += f"; {wording.doubled(situation.doubles)}"
    return Verdict(reason=Reason.AVAILABLE, message=message)


def verified(situation: Situation, record: Record) -> bool:
    """Whether what only a call per user shows was verified for this generation and the user was not touched since."""
    before = situation.user.status.verified
    if situation.memory.telling.status is not None:
        before = situation.memory.telling.status.verified
    if before is UNSET or before.generation != situation.user.metadata.generation or record.last_modified is None:
        return False
    ignored = situation.user.status.ignored
    if ignored is not UNSET and any(is_unlisted(line) for line in ignored):
        return False  # it was not equal, but left to Connect, and is known only as long as it was read
    stamp = epoch(before.last_modified_time)
    return stamp is not None and record.last_modified <= stamp + DATE_GRANULARITY


def _observing(shared: Share) -> Verdict:
    message = "observed only; Connect holds what the manifest asks"
    if shared.lines:
        differ = "1 field differs" if len(shared.lines) == 1 else f"{len(shared.lines)} fields differ"
        message = f"observed only; {differ}, see status.plan"
    return Verdict(reason=Reason.OBSERVING, message=message)
