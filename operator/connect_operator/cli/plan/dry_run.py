"""What the operator would do, found out by asking it: its own checklists decide, and nothing is written.

A decision to look something up is carried out. A decision to write is noted, and its effect is entered into this
command's own inventory, so that the next decision follows from it as it would in earnest.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from connect_operator.cli.plan.grounds import Grounds
from connect_operator.cli.plan.lookups import look_up
from connect_operator.cli.plan.report import Action, UserPlan
from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import CONVERGED, Reason
from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.connect.user import ContactDetails, DesiredUser, ObservedUser
from connect_operator.domain.kinds.objects import FINALIZER, ConnectUser
from connect_operator.domain.kinds.spec import ConnectUserSpec
from connect_operator.domain.kinds.status import Verified
from connect_operator.domain.plan import leaving
from connect_operator.domain.plan.changes import NOTHING, Call, Change
from connect_operator.domain.plan.effects import after
from connect_operator.domain.plan.plan import Plan, plan
from connect_operator.domain.rules.identity import DIRECTORY
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.record import Record
from connect_operator.engine.instances.unusable import Unusable
from connect_operator.engine.users import skills
from connect_operator.engine.users.applied import at_adoption
from connect_operator.engine.users.decide import converge, verified
from connect_operator.engine.users.decide_deleting import release
from connect_operator.engine.users.drift_policy import Share, share
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.situation import (
    AddFinalizer,
    AskContacts,
    AwaitSweep,
    Conclude,
    Create,
    Decision,
    Delete,
    RemoveFinalizer,
    Situation,
    Tag,
    Untag,
    Update,
    Write,
)

# A user needs about ten decisions, and one for each predefined attribute; more means that two of them alternate.
_MOST_DECISIONS = 60
_CONTENT = frozenset({*CONVERGED, Reason.SUSPENDED, Reason.OBSERVING})
_NEVER_MODIFIED_AFTER = "9999-12-31T23:59:59Z"
_TOO_NEW = "created or deleted a moment ago; Connect does not show it alike everywhere yet"


async def plan_user(grounds: Grounds, user: ConnectUser) -> UserPlan:
    """What would happen to that user. Raises ConnectError when it cannot be read."""
    usable = grounds.lookup.to_instance(user)
    if not isinstance(usable, Unusable) and user.spec is not None:
        return await _Run(grounds, user, user.spec, usable[0]).finish()
    store = grounds.lookup.store
    names = [each.metadata.name for each in store.instance_of(user)]
    verdict = usable.verdict if isinstance(usable, Unusable) else None
    homes = {each.metadata.name for each in store.homes_of(user)}
    if verdict is None or (homes & grounds.problems.keys() and not homes & grounds.lookup.instances.keys()):
        # The operator would wait without a word until the instance is read.
        verdict = next((grounds.problems[name] for name in (*homes, *names) if name in grounds.problems), None)
    return UserPlan(
        namespace=user.metadata.namespace,
        name=user.metadata.name,
        username=user.username,
        instance=names[0] if len(names) == 1 else "",
        action=Action.BLOCKED,
        reason=verdict.reason.value if verdict is not None else "",
        message=verdict.message if verdict is not None else "",
    )


class _Run:
    """One object on its way to a conclusion."""

    def __init__(self, grounds: Grounds, user: ConnectUser, spec: ConnectUserSpec, instance: Instance) -> None:
        self._grounds = grounds
        self._user = user
        self._spec = spec
        self._instance = instance
        self._action = Action.NONE
        self._changes: list[Change] = []
        self._ignored: tuple[Change, ...] = ()
        self._tagged: dict[str, str] = {}
        self._calls: list[Call] = []
        self._memory = Memory(uid=user.metadata.uid)
        if grounds.skip_details:
            trusted = Verified(generation=user.metadata.generation, last_modified_time=_NEVER_MODIFIED_AFTER)
            self._memory.telling.presume(msgspec.structs.replace(user.status, verified=trusted))

    async def finish(self) -> UserPlan:
        """Decide until there is nothing left to decide."""
        for _ in range(_MOST_DECISIONS):
            situation = self._situation()
            self._assume(situation)
            decision = release(situation) if self._user.deleting else converge(situation)
            planned = await self._take(situation, decision)
            if planned is not None:
                return planned
        raise RuntimeError(f"the decisions about {self._user.key} do not come to an end")

    def _situation(self) -> Situation:
        return self._grounds.situation(self._user, self._spec, self._memory, self._instance)

    async def _take(self, situation: Situation, decision: Decision) -> UserPlan | None:
        match decision:
            case Conclude():
                return self._conclude(situation, decision)
            case Create(resolution):
                return await self._create(situation, resolution.desired)
            case Update() | Tag() | Untag() | Delete():
                return self._write(situation, decision)
            case RemoveFinalizer(note):
                return self._planned(message=note)
            case AwaitSweep(verdict=verdict):
                return self._planned(message=verdict.message if verdict is not None else "")
            case AskContacts():
                self._memory.leave.waive()  # a plan does not wait for calls to end
            case AddFinalizer():
                finalizers = (*self._user.metadata.finalizers, FINALIZER)
                metadata = msgspec.structs.replace(self._user.metadata, finalizers=finalizers)
                self._user = msgspec.structs.replace(self._user, metadata=metadata)
            case _:
                if not await look_up(self._instance, situation, decision):
                    return self._planned(message=_TOO_NEW)
                self._keep_noted(situation)
        return None

    async def _create(self, situation: Situation, desired: DesiredUser) -> UserPlan:
        """Everything that the new user will hold is a change from nothing; proficiencies are given afterwards."""
        unfit = await self._grounds.passwords.problem(self._user)
        if unfit is not None:
            self._action = Action.BLOCKED
            return self._planned(unfit.reason.value, unfit.message)
        self._action = Action.CREATE
        nobody = ObservedUser(user_id="", arn="", username=desired.username, contact=ContactDetails(), proficiencies=())
        todo = plan(desired, nobody)
        self._changes = [Change("username", NOTHING, desired.username), *self._password(), *todo.changes]
        while (reading := skills.to_read(situation, todo.calls)) is not None:
            await look_up(self._instance, situation, reading)
        missing = skills.missing(situation, todo.calls)
        return self._planned() if missing is None else self._planned(missing.reason.value, missing.message)

    def _password(self) -> tuple[Change, ...]:
        """That a Secret is made, where that is asked for: nobody has to see to one."""
        reference = self._spec.password_secret_ref
        if reference is UNSET or not reference.generate:
            return ()
        told = f"generated into Secret {reference.name}, unless there is one"
        if reference.delete_after is not UNSET:
            told += f"; deleted after {reference.delete_after}"
        return (Change("passwordSecretRef", NOTHING, told),)

    def _write(self, situation: Situation, decision: Write) -> UserPlan | None:
        me = self._grounds.owners.shown(situation.me)
        match decision:
            case Delete(user_id):
                self._action = Action.DELETE
                return self._planned(message=f"user {user_id}")
            case Untag(departs=departs):
                self._action = Action.RELEASE
                self._changes.append(Change(f"tags[{OWNER_TAG}]", me, NOTHING))
                return self._planned(message="it stays, inactive" if departs else "")
            case _ if self._user.deleting:
                self._deactivate(situation, decision)
            case Tag(user_id, key, value):
                self._action = Action.ADOPT
                record = situation.instance.inventory.get(user_id)
                former = record.user.tags.get(key, NOTHING) if record is not None else NOTHING
                self._changes.append(Change(f"tags[{key}]", former, me))
                self._tagged = {key: value}
                self._keep_noted(situation)
            case Update():
                self._update(situation, decision)
        return None

    def _deactivate(self, situation: Situation, decision: Update | Tag) -> None:
        """One of the writes that make a user inactive whose object is deleted; the next one follows from it."""
        record = situation.instance.inventory.get(decision.user_id)
        if record is None:
            raise RuntimeError(f"user {decision.user_id} is to be deactivated, but was never seen")
        tagged = Change(f"tags[{decision.key}]", NOTHING, decision.value) if isinstance(decision, Tag) else None
        self._changes += decision.call.changes if tagged is None else [tagged]
        self._calls.append(decision.call)
        record.user = _after(situation, decision.call, record)

    def _keep_noted(self, situation: Situation) -> None:
        """Enter the tag and the writes that were only noted; again after a reading, which could not show them."""
        record = situation.anew().record
        if record is None:
            return
        for call in self._calls:
            record.user = _after(situation, call, record)
        if self._tagged:
            record.user = msgspec.structs.replace(record.user, tags={**record.user.tags, **self._tagged})

    def _update(self, situation: Situation, decision: Update) -> None:
        """One write; what is to be done after it the next decision says."""
        self._action = Action.UPDATE if self._action is Action.NONE else self._action
        record = situation.instance.inventory.get(decision.user_id)
        if record is None:
            raise RuntimeError(f"user {decision.user_id} is to be changed, but was never seen")
        self._changes += decision.call.changes
        self._calls.append(decision.call)
        record.user = _after(situation, decision.call, record)

    def _conclude(self, situation: Situation, decision: Conclude) -> UserPlan:
        verdict = decision.verdict
        if verdict is None:
            return self._planned(message=_TOO_NEW)
        if self._action is Action.NONE and verdict.reason not in _CONTENT:
            self._action = Action.UPDATE if verdict.reason is Reason.DRIFT_PENDING else Action.BLOCKED
        record = situation.record
        shared = self._shared(situation, record) if record is not None else Share(Plan())
        left = (*shared.todo.changes, *shared.waiting) if verdict.plan else ()
        self._ignored = shared.ignored if verdict.ignored else ()
        if verdict.reason is Reason.OBSERVING and left:
            self._action = Action.OBSERVE
        told = {change.field for change in self._changes}
        self._changes += [change for change in left if change.field not in told]
        return self._planned(verdict.reason.value, self._told(situation, verdict))

    def _told(self, situation: Situation, verdict: Verdict) -> str:
        """What an operator would say in the end; not that all is as it should be of what is still to be changed."""
        if verdict.reason is Reason.AVAILABLE:
            return ""
        if self._action is Action.NONE or verdict.reason not in CONVERGED or not situation.inactive:
            return verdict.message
        return f"inactive, since {leaving.why_inactive(situation.spec, situation.now)}"

    def _shared(self, situation: Situation, record: Record) -> Share:
        full = plan(situation.resolution.desired, record.user, trust_unseen=verified(situation, record))
        return share(situation, record, full)

    def _assume(self, situation: Situation) -> None:
        """Where no status tells what was last applied, what the manifest leaves to Connect is taken to be left."""
        record, status = situation.record, self._user.status
        if self._memory.writes.marks is None and record is not None and status.user_id is UNSET:
            self._memory.writes.mark(at_adoption(situation, record.user.user_id))

    def _planned(self, reason: str = "", message: str = "") -> UserPlan:
        meta = self._user.metadata
        return UserPlan(
            namespace=meta.namespace,
            name=meta.name,
            username=self._user.username,
            instance=self._instance.name,
            action=self._action,
            changes=tuple(self._changes),
            ignored=self._ignored,
            reason=reason,
            message=message,
        )


def _after(situation: Situation, call: Call, record: Record) -> ObservedUser:
    return after(call, record.user, by_directory=situation.instance.identity_type == DIRECTORY)
