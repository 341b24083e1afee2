"""The reconcile loop for one ConnectUser: situate, decide, perform, until there is nothing to do or no token; report.

The decisions are pure and live in decide.py and decide_deleting.py. Here is the order in which things happen: a token
is in hand before a call, the object is read again when it comes, and exactly one status write ends the pass.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, field, replace

import msgspec
from msgspec import UNSET

from connect_operator.domain.conditions.reasons import TABLE, Reason, Retry
from connect_operator.domain.connect.ownership import Owner, owner
from connect_operator.domain.kinds.objects import ConnectUser, ObjectKey
from connect_operator.domain.kinds.spec import ConnectUserSpec
from connect_operator.domain.plan.leaving import next_change
from connect_operator.engine.instances.deletion_guard import Guard
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.lookup import InstanceLookup
from connect_operator.engine.instances.unusable import Unusable, may_hold
from connect_operator.engine.pace.backoff import Backoff
from connect_operator.engine.pace.calendar import Calendar
from connect_operator.engine.pace.cluster_trouble import ClusterTrouble
from connect_operator.engine.pace.hurry import ONE_MORE_AFTER, hurry
from connect_operator.engine.pace.quota import Priority
from connect_operator.engine.pace.turn import NeedsToken, Next, Settled, Turn
from connect_operator.engine.ports import Clock, ClusterUnavailableError
from connect_operator.engine.store import Store
from connect_operator.engine.users import evidence
from connect_operator.engine.users.decide import converge
from connect_operator.engine.users.decide_deleting import held_by_others, release, without_instance
from connect_operator.engine.users.drift_count import DriftCount
from connect_operator.engine.users.findings import findings
from connect_operator.engine.users.manifests import LAGGING, Manifests
from connect_operator.engine.users.memory import Memories, Memory
from connect_operator.engine.users.noticing import hear, notice
from connect_operator.engine.users.password_expiry import Look, PasswordExpiry
from connect_operator.engine.users.perform import Performer
from connect_operator.engine.users.secret_version_check import SecretVersionCheck
from connect_operator.engine.users.situation import Conclude, Decision, Read, RemoveFinalizer, Situation, Update
from connect_operator.engine.users.step import Throttled, UserStep
from connect_operator.engine.users.urgency import priority_of
from connect_operator.engine.users.user_report import Reporter
from connect_operator.engine.users.waiting import waited_for_nothing, waiting

logger = logging.getLogger(__name__)

# What was asked for is still going on.
_ON_THE_WAY = (Reason.CREATING, Reason.UPDATING, Reason.WAITING_FOR_QUOTA)
# A deletion waits for somebody to set right what manifests say.
_CANNOT_LEAVE = (Reason.INVALID_SPEC, Reason.REFERENCE_NOT_FOUND, Reason.REFERENCE_AMBIGUOUS)


@dataclass(slots=True)
class Reconciler:
    """Runs passes over ConnectUsers. `cluster_id` is the first part of the owner tag."""

    store: Store
    memories: Memories
    lookup: InstanceLookup
    performer: Performer
    reporter: Reporter
    backoff: Backoff
    clock: Clock
    guard: Guard
    passwords: SecretVersionCheck
    expiry: PasswordExpiry
    cluster_id: str
    window: float
    drift: DriftCount = field(default_factory=DriftCount)
    calendar: Calendar = field(init=False)
    trouble: ClusterTrouble = field(init=False)
    manifests: Manifests = field(init=False)

    def __post_init__(self) -> None:
        self.manifests = Manifests(self.store, self.memories, self.lookup, self.guard, self.performer)
        self.trouble = ClusterTrouble(self.backoff, "ConnectUser")
        self.calendar = Calendar(self.clock)

    async def __call__(self, key: ObjectKey, turn: Turn) -> Next:
        """One pass over the object at that key."""
        try:
            following = await self._pass(key, turn)
        except (ClusterUnavailableError, PermissionError) as error:
            user = self.store.user(key)
            if isinstance(error, PermissionError) and user is not None:
                await self.reporter.refused(user, self.memories.of(user), error)
            return Settled(requeue_after=self.trouble.delay(key, error))
        self.trouble.over(key)
        return following

    async def _pass(self, key: ObjectKey, turn: Turn) -> Next:
        before: tuple[tuple[int, bool], float, Decision] | None = None  # of which manifest and request, and what
        began = self.clock.monotonic()
        while True:
            user = await self.manifests.newest(key)
            if user is None:
                self.memories.forget(key)
                self.calendar.note(key, None)
                return Settled()
            memory = self.memories.of(user)
            hear(user, memory, self.clock)
            if user.is_let_go:
                return await self._let_go(user, memory)
            wait = memory.patience.retry_tick - self.clock.monotonic()
            if wait > 0:
                return Settled(requeue_after=wait)
            decision, situation, instance = self._decide(user, memory)
            if isinstance(decision, Conclude):
                return await self._conclude(user, memory, decision, situation)
            if situation is None or instance is None:
                await self.performer.departure.let_go(
                    user, memory, decision.note if isinstance(decision, RemoveFinalizer) else ""
                )
                return Settled()
            grounds = memory.patience.seen, memory.request.since_tick, decision
            if isinstance(decision, Read) and grounds == before:
                return await self._repeated(user, memory, decision, situation)
            before = grounds
            self.drift.decided(situation, decision)
            now = self.clock.monotonic()
            priority = priority_of(user, memory, decision, edited=turn.edited, now=now)
            if priority is Priority.EDIT:
                memory.patience.hurry(hurry(memory.patience.hurried, user.metadata.generation, now))
            step = UserStep(user, self.store.user, instance, turn, priority, situation, began)
            outcome = await self.performer.perform(step, decision)
            if outcome is not None:
                return await self._end(step, outcome, decision)

    async def _let_go(self, user: ConnectUser, memory: Memory) -> Next:
        """Nothing is to be done for it any more. What was told of its user is over, if others keep the object."""
        self.calendar.note(user.key, None)
        held = held_by_others(user)
        if held is not None:
            memory.request.answer()
            await self.reporter.report(user, memory, held, None)
        return Settled()

    async def _repeated(self, user: ConnectUser, memory: Memory, decision: Decision, situation: Situation) -> Next:
        """A reading has taught nothing, which must not be: look again later instead of at once, and for ever less."""
        logger.error("decided twice on %s with nothing new", decision, extra={"object": f"ConnectUser {user.key}"})
        memory.readings.look_in_vain()
        waits = Conclude(None, requeue_after=evidence.look_again(situation))
        return await self._conclude(user, memory, waits, situation)

    async def _end(self, step: UserStep, outcome: NeedsToken | Throttled | Conclude, decision: Decision) -> Next:
        situation, memory = step.situation.anew(), step.situation.memory
        if isinstance(outcome, Conclude):
            return await self._conclude(situation.user, memory, outcome, situation)
        if isinstance(outcome, Throttled):
            await self.reporter.report(situation.user, memory, outcome.verdict, findings(situation))
            return outcome.need
        ticket = step.turn.waited
        rate = self.performer.caller.rate(ticket.operation) if ticket is not None else 0.0
        verdict = waiting(replace(situation, tick=self.clock.monotonic()), decision, ticket, rate)
        if verdict is not None:
            await self.reporter.report(situation.user, memory, verdict, findings(situation))
        if isinstance(decision, Update) and decision.until is not None and math.isfinite(decision.until):
            # One more look when the window closes: the place in the line is given up then.
            return replace(outcome, requeue_after=max(0.0, decision.until - self.clock.now()))
        if step.turn.edited and outcome.priority is Priority.BACKLOG:
            return replace(outcome, requeue_after=ONE_MORE_AFTER)
        return outcome

    def _decide(self, user: ConnectUser, memory: Memory) -> tuple[Decision, Situation | None, Instance | None]:
        """What to do, on what grounds, and with which instance; without a usable instance there are no grounds."""
        usable = self.lookup.to_instance(user, memory.home)
        if isinstance(usable, Unusable):
            usable = self.guard.revoked(user) or usable
        left = None if user.deleting or user.spec is None else next_change(user.spec, self.clock.now())
        self.calendar.note(user.key, left)
        if isinstance(usable, Unusable) or user.spec is None or not user.whole:
            unusable = usable if isinstance(usable, Unusable) else Unusable(None, requeue_after=LAGGING)
            return self._without_instance(user, memory, unusable), None, None
        instance, arn = usable
        if not user.deleting and not memory.user_id:
            instance.user_quota_breaker.insist(memory.patience.insisted_tick)
        if user.deleting:
            self.guard.note_pass(user, instance)
        not_known = memory.home == "" or memory.identity.doubted
        situation = Situation(
            user=user,
            spec=user.spec,
            me=self._owner(user),
            memory=memory,
            instance=instance.view(self.guard.view(user, instance)) if user.deleting else instance.view(),
            arn=arn,
            is_live=self._is_live,
            rivals=self.lookup.rivals(user, str(arn)),
            now=self.clock.now(),
            tick=self.clock.monotonic(),
            window=self.window,
            grant=self.lookup.grant(user, instance),
            wanted=self.lookup.wanted(user),
            unread=self.lookup.unread(user, str(arn), doubted=memory.identity.doubted) if not_known else None,
            doubles=self.lookup.doubles(user, arn),
        )
        notice(situation, self.performer.cluster)
        decision = release(situation) if user.deleting else converge(situation)
        return decision, situation, instance

    def _without_instance(self, user: ConnectUser, memory: Memory, unusable: Unusable) -> Decision:
        verdict = unusable.verdict
        if not user.deleting or verdict is None:
            return Conclude(verdict, requeue_after=unusable.requeue_after)
        spec = user.spec if user.spec is not None else ConnectUserSpec()
        # Without status.instanceArn nothing was attempted; a finalizer alone may have been put on by anybody. But the
        # status may have been stripped, which the instance's users will tell once it can be read again.
        told = user.status.instance_arn is not UNSET or unusable.passing
        attempted = (told and evidence.may_exist(user, memory)) or memory.home != ""
        if attempted and unusable.final:
            attempted = not self.lookup.shows_none(user, memory.home, memory.deleting_since_tick + self.window)
        unread = None if attempted else self.lookup.unread(user)
        if unread is not None:
            return without_instance(may_hold(unread), spec, attempted=True)
        return without_instance(verdict, spec, attempted=attempted)

    async def _conclude(
        self, user: ConnectUser, memory: Memory, decision: Conclude, situation: Situation | None
    ) -> Next:
        if situation is None:
            self.store.shrink(user)
        look = await self.expiry.look(user, memory)
        settled = await self._settle(user, memory, decision, situation, look)
        delays = [delay for delay in (settled.requeue_after, look.requeue_after) if delay is not None]
        return Settled(requeue_after=min(delays, default=None))

    async def _answer_failed_reading(self, user: ConnectUser, memory: Memory, decision: Conclude) -> None:
        """It is no news about a user that is Ready, but who has asked for the look is to see that it was taken."""
        if decision.back_off and memory.request.pending:
            memory.request.answer()
            await self.reporter.answer(user, memory)

    async def _settle(
        self, user: ConnectUser, memory: Memory, decision: Conclude, situation: Situation | None, look: Look
    ) -> Settled:
        instance = self.lookup.instances.get(situation.instance.name) if situation is not None else None
        verdict = decision.verdict if decision.verdict is not None else waited_for_nothing(situation, decision)
        if verdict is None:
            await self._answer_failed_reading(user, memory, decision)
            return Settled(requeue_after=decision.requeue_after)
        found = findings(situation)  # what the verdict was reached on, whatever is read meanwhile
        if verdict.reason in (Reason.AVAILABLE, Reason.INACTIVE):
            note = await self.passwords.note(user, memory)
            verdict = msgspec.structs.replace(verdict, note=note if look.note is None else look.note)
        if instance is not None and verdict.reason is Reason.QUOTA_EXCEEDED:
            instance.user_quota_breaker.wait(user.key)
        if instance is not None and user.deleting and verdict.reason in _CANNOT_LEAVE:
            self.performer.departure.cannot(user, instance)
        if situation is not None:
            self.drift.concluded(situation, verdict)
        if user.deleting or verdict.reason not in _ON_THE_WAY:
            memory.request.answer()
        await self.reporter.report(user, memory, verdict, found)
        if TABLE[verdict.reason].retry is Retry.DRIFT:
            memory.converge()
            return Settled(requeue_after=decision.requeue_after)
        delay = self._back_off(memory, decision, verdict.reason, situation)
        if verdict.reason in (Reason.REFERENCE_NOT_FOUND, Reason.REFERENCE_AMBIGUOUS) and instance is not None:
            instance.refresh_soon()
        return Settled(requeue_after=delay)

    def _back_off(
        self, memory: Memory, decision: Conclude, reason: Reason, situation: Situation | None
    ) -> float | None:
        """Seconds until it is tried again; None: not by itself."""
        delay = decision.requeue_after
        if delay is None:
            delay = self._delay(reason, memory, situation)
            memory.patience.fail()
        if delay is not None:
            memory.patience.wait(self.clock.monotonic() + delay, alone=decision.back_off)
        return delay

    def _delay(self, reason: Reason, memory: Memory, situation: Situation | None) -> float | None:
        """When to look again: by the reason, or by that of a blocked section which is to be tried sooner."""
        delays = [self.backoff.delay(each, memory.patience.failures) for each in (reason, *_reasons(memory))]
        if memory.writes.provisional and situation is not None:
            delays.append(evidence.look_again(situation))
        return min((delay for delay in delays if delay is not None), default=None)

    def _owner(self, user: ConnectUser) -> Owner:
        meta = user.metadata
        return owner(self.cluster_id, meta.uid, meta.namespace, meta.name)

    def _is_live(self, other: Owner) -> bool:
        """Whether the object that a tag of this cluster names exists; in a namespace that is not watched it may."""
        if self.store.user_of_uid(other.uid) is not None:
            return True
        return not self.lookup.watches(other.object_name.partition("/")[0])


def _reasons(memory: Memory) -> list[Reason]:
    return [error.reason for error in memory.writes.blocked.values()]
