"""The reconcile loop for one ConnectContactAssignment: situate, decide, call or report, until it waits or has ended."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial

from msgspec import UNSET

from connect_operator.domain.conditions.assignment_status import AssignmentVerdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.assignment import ConnectContactAssignment, Phase
from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.domain.text.timestamps import epoch
from connect_operator.engine.assignments.assignment_report import AssignmentReporter
from connect_operator.engine.assignments.decide import decide
from connect_operator.engine.assignments.hand_over import DESCRIBE, Assigner, HandOver
from connect_operator.engine.assignments.memory import AssignmentMemories, AssignmentMemory
from connect_operator.engine.assignments.permission import Reach, is_fresh
from connect_operator.engine.assignments.situation import AssignmentSituation, Check, Conclude, Hand
from connect_operator.engine.assignments.store import AssignmentStore
from connect_operator.engine.instances.caller import OvertakenError, Step
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.lookup import InstanceLookup
from connect_operator.engine.pace.cluster_trouble import ClusterTrouble
from connect_operator.engine.pace.quota import Priority
from connect_operator.engine.pace.scheduler import SAY_WAITING_AFTER
from connect_operator.engine.pace.turn import NeedsToken, Next, Settled, Turn
from connect_operator.engine.ports import Clock, ClusterUnavailableError

logger = logging.getLogger(__name__)

# An attempt, a look or two and a report; more means that others keep changing the object.
_MOST_STEPS = 20
_CLUSTER_RETRY = 5.0
# The wall clock may be set, so that what is due by it is looked at now and then.
_LONGEST_SLEEP = 3600.0
# Two processes that each see the wait in their own way are not to overwrite each other as fast as they can.
_SAY_AGAIN = 5.0
# Another process may just be waiting for the answer to its call.
_OTHERS_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class AssignmentReconciler:
    """Runs passes. `find_out`: for how many seconds the outcome of a call is sought that nobody has told."""

    assignments: AssignmentStore
    memories: AssignmentMemories
    lookup: InstanceLookup
    assigner: Assigner
    reporter: AssignmentReporter
    clock: Clock
    find_out: float
    trouble: ClusterTrouble

    async def __call__(self, key: ObjectKey, turn: Turn) -> Next:
        """One pass over the object at that key."""
        try:
            following = await self._pass(key, turn)
        except OvertakenError:
            return Settled()  # it was deleted, or the process is stopping
        except (ClusterUnavailableError, PermissionError) as error:
            return Settled(requeue_after=self.trouble.delay(key, error))
        self.trouble.over(key)
        return following

    async def _pass(self, key: ObjectKey, turn: Turn) -> Next:
        for _ in range(_MOST_STEPS):
            assignment = self.assignments.get(key)
            if assignment is None or assignment.deleting:
                self.memories.forget(key)
                return Settled()
            ending = self.assignments.undone(key)
            if ending is not None:
                await self.reporter.put_back(assignment, ending)
                continue
            if assignment.finished:
                return await self._ended(assignment)
            following = await self._step(assignment, self.memories.of(assignment), turn)
            if following is not None:
                return following
        logger.error("a pass took %d steps without an end", _MOST_STEPS, extra={"object": str(key)})
        return Settled(requeue_after=_CLUSTER_RETRY)

    async def _step(self, assignment: ConnectContactAssignment, memory: AssignmentMemory, turn: Turn) -> Next | None:
        self._notice(assignment, memory)
        decision = decide(self._situation(assignment, memory))
        if isinstance(decision, Conclude):
            return await self._settle(assignment, memory, decision)
        found = self.lookup.for_assignment(assignment)
        if not isinstance(found, tuple):
            raise TypeError("a call was decided on without an instance")
        step = Step(assignment, self.assignments.get, found[0], turn, Priority.ASSIGNMENT)
        if isinstance(decision, Hand):
            again = partial(self._situation, assignment, memory)
            reach, user_id = self._reach(assignment, found[0]), decision.user_id
            hand_over = HandOver(
                assignment,
                memory,
                user_id,
                stands=lambda: decide(again()) == decision,
                known=lambda: is_fresh(reach, user_id, self.clock.monotonic()),
            )
            need = await self.assigner.hand(step, hand_over)
        elif isinstance(decision, Check):
            need = await self.assigner.check(step, memory, decision.user_id)
        else:
            need = await self.assigner.look(step, assignment, memory)
        return None if need is None else await self._wait(need, step, memory)

    def _situation(self, assignment: ConnectContactAssignment, memory: AssignmentMemory) -> AssignmentSituation:
        found = self.lookup.for_assignment(assignment)
        return AssignmentSituation(
            assignment=assignment,
            memory=memory,
            instance=found[1] if isinstance(found, tuple) else found,
            reach=self._reach(assignment, found[0]) if isinstance(found, tuple) else None,
            user=self.lookup.store.user(assignment.user_key) if assignment.user_key is not None else None,
            now=self.clock.now(),
            monotonic=self.clock.monotonic(),
            find_out=self.find_out,
        )

    def _reach(self, assignment: ConnectContactAssignment, instance: Instance) -> Reach:
        grant = self.lookup.grant(assignment, instance)
        return Reach(
            instance=instance.name,
            namespace=assignment.metadata.namespace,
            anybody=grant.contact_assignments == "AnyUser",
            observed=instance.observed,
            problem=instance.problem,
            inventory=instance.inventory,
            namespace_of=self._namespace_of,
        )

    def _namespace_of(self, uid: str) -> str | None:
        user = self.lookup.store.user_of_uid(uid)
        return None if user is None else user.metadata.namespace

    async def _settle(
        self, assignment: ConnectContactAssignment, memory: AssignmentMemory, decision: Conclude
    ) -> Settled | None:
        said = decision.verdict
        if said is not None and not await self.reporter.report(assignment, memory, said):
            return None  # it is another object by now: decide anew
        if said is not None and said.phase is not Phase.PENDING:
            return None  # it has ended: see to its expiry
        return Settled(requeue_after=decision.requeue_after)

    def _notice(self, assignment: ConnectContactAssignment, memory: AssignmentMemory) -> None:
        """From when on an attempt has stood whose outcome this process does not know."""
        attempted = memory.attempted(assignment.status.attempted_time)
        if attempted is not UNSET:
            age = self.clock.now() - (epoch(attempted) or 0.0)
            memory.notice(attempted, self.clock.monotonic(), max(0.0, min(_OTHERS_PATIENCE, _OTHERS_PATIENCE - age)))

    async def _wait(self, need: NeedsToken, step: Step, memory: AssignmentMemory) -> Next:
        """Say what it waits for, once that is worth it, and come back when its time is over in any case."""
        assignment = self.assignments.get(step.subject.key)
        if assignment is None:
            return Settled()
        if need.operation.name == DESCRIBE and memory.refused is not None:
            return replace(need, requeue_after=self.find_out)
        if need.operation.name == DESCRIBE:
            return replace(need, requeue_after=max(0.0, memory.since_tick + self.find_out - self.clock.monotonic()))
        ticket, now = step.turn.waited, self.clock.monotonic()
        said = memory.trouble
        if said is None and ticket is not None and now - ticket.since_tick >= SAY_WAITING_AFTER:
            message = (
                f"waits for its turn to call {need.operation.name}: {ticket.ahead} were before it, "
                f"at {self.assigner.caller.rate(need.operation):g} calls a second"
            )
            said = AssignmentVerdict(Phase.PENDING, Reason.WAITING_FOR_QUOTA, message)
        undone = assignment.status.attempted_time in memory.unsent
        if said is not None and (undone or now - memory.said >= _SAY_AGAIN):
            memory.said = now
            await self.reporter.report(assignment, memory, said)
        return replace(need, requeue_after=max(0.0, assignment.deadline - self.clock.now()))

    async def _ended(self, assignment: ConnectContactAssignment) -> Settled:
        memory = self.memories.peek(assignment.key)
        if memory is not None and memory.known is not None and memory.uid == assignment.metadata.uid:
            self.reporter.belated(assignment, memory.known)
        self.memories.forget(assignment.key)
        return await self._expire(assignment)

    async def _expire(self, assignment: ConnectContactAssignment) -> Settled:
        """Delete what has ended and is not to stay, when its time has come."""
        if assignment.expires is None:
            return Settled()
        left = assignment.expires - self.clock.now()
        if left > 0:
            return Settled(requeue_after=min(left, _LONGEST_SLEEP))
        await self.reporter.cluster.delete_assignment(assignment)
        return Settled(requeue_after=_CLUSTER_RETRY)
