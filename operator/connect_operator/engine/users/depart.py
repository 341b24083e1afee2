"""The end of an object under deletion: what an answer to its last calls means, and taking its finalizer off."""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.remedies import told
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.ports import Clock, ClusterApi, Event
from connect_operator.engine.users import decide_deleting, decide_leaving, evidence
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.situation import Conclude, Delete, Tag, TidyQuickConnects, Untag, Update
from connect_operator.engine.users.step import Outcome, UserStep

TOO_SOON = (
    "Connect does not show the user, but it is too soon to conclude that it is gone; the object is kept until that is "
    "certain"
)
# Retain does not wait for ever for an answer that means nothing.
_COURTESIES = 5


@dataclass(frozen=True, slots=True)
class Departure:
    """Lets objects go. `slow`: seconds until a refusal that only an edit ends is tried again."""

    cluster: ClusterApi
    clock: Clock
    slow: float

    async def let_go(self, user: ConnectUser, memory: Memory, note: str) -> None:
        """Take the finalizer off. Nothing of the object is needed after that."""
        await self.cluster.remove_finalizer(user)
        memory.identity.depart()
        if note:
            self.cluster.post_event(user, Event(reason="Released", message=note))

    async def deleted(self, step: UserStep) -> Outcome:
        """The user is gone from Connect, which makes room for another."""
        step.instance.woken(step.instance.user_quota_breaker.hope(self.clock.monotonic()))
        return await self.departed(step)

    async def departed(self, step: UserStep) -> Outcome:
        """The object has no user any more: that counts for the deletion guard, and the finalizer may go."""
        situation = step.situation
        situation.memory.identity.depart()
        step.instance.wave.deleted(situation.user.metadata.uid, self.clock.now())
        following = decide_deleting.departed(situation)
        if isinstance(following, Conclude):
            return following
        if isinstance(following, TidyQuickConnects):
            return await self.tidy(step, following.user_id)
        await self.let_go(situation.user, situation.memory, "")
        return Conclude(None)

    async def tidy(self, step: UserStep, user_id: str) -> Outcome:
        """See to the quick connects of a deleted user; the instance does that for all at once, and wakes the object."""
        user, memory = step.situation.user, step.situation.memory
        note = step.instance.quick_connects.tidy(user_id, user.key)
        if note is None:
            return Conclude(decide_leaving.tidying(user_id), requeue_after=self.slow)
        await self.let_go(user, memory, note)
        return Conclude(None)

    async def delete_failed(self, step: UserStep, decision: Delete, error: ConnectError) -> Outcome:
        """DeleteUser was refused."""
        situation = step.situation
        if error.kind is not ErrorKind.NOT_FOUND:
            return self._refused(step, error)
        if evidence.is_strong_absence(situation, decision.user_id):
            return await self.deleted(step)
        situation.memory.readings.look_in_vain()
        step.instance.inventory.doubt(decision.user_id)
        step.instance.await_sweep(situation.user.key)
        verdict = Verdict(reason=Reason.DELETING, message=TOO_SOON)
        return Conclude(verdict, requeue_after=evidence.look_again(situation), back_off=True)

    async def write_failed(
        self, step: UserStep, decision: Update | Tag | Untag, error: ConnectError, *, young: bool
    ) -> Outcome:
        """Another of its last writes was refused for certain; `young`: Connect may only not know the new user yet."""
        situation, memory = step.situation, step.situation.memory
        if young:
            message = f"Connect does not know the new user everywhere yet; trying again: {error.text}"
            requeue_after = evidence.look_again(situation)
            return Conclude(
                Verdict(reason=Reason.DELETING, message=message), requeue_after=requeue_after, back_off=True
            )
        if error.kind is ErrorKind.PASSING and memory.patience.failures < _COURTESIES:
            return Conclude(Verdict(reason=error.reason, message=told(error)), back_off=True)
        if isinstance(decision, Update):
            if error.kind is ErrorKind.NOT_FOUND:
                step.instance.inventory.doubt(decision.user_id)  # the profile may be gone, or the user
            return self._refused(step, error)
        if isinstance(decision, Tag):
            memory.leave.go_unmarked()
            message = f"the user is inactive, but is not tagged as deactivated: {error.text}"
            self.cluster.post_event(situation.user, Event(reason="NotTagged", message=message, warning=True))
            return None
        # Taking the owner tag off is a courtesy; a refusal does not keep the object.
        await self.let_go(situation.user, memory, f"the user stays in Connect; {error.text}")
        return Conclude(None)

    def cannot(self, user: ConnectUser, instance: Instance) -> None:
        """A confirmation does not wait for a deletion that cannot be: it would let nobody confirm a later wave."""
        instance.wave.refuse(user.metadata.uid)
        instance.reported(instance)

    def _refused(self, step: UserStep, error: ConnectError) -> Outcome:
        """It is tried again; meanwhile the object stays."""
        if error.kind not in (ErrorKind.UNAVAILABLE, ErrorKind.CREDENTIALS):
            self.cannot(step.situation.user, step.instance)
        verdict = Verdict(reason=error.reason, message=told(error))
        requeue_after = self.slow if error.kind is ErrorKind.INVALID else None
        return Conclude(verdict, requeue_after=requeue_after, back_off=True)
