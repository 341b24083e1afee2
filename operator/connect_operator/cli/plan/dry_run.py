"""What the operator would do, found out by asking it: its own checklists decide, and nothing is written.

A decision to read is carried out. A decision to write is noted, and its effect is entered into this command's own
inventory, so that the next decision follows from it as it would in earnest: of two manifests that want one user, the
second is told so.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from connect_operator.cli.plan.owners import Owners
from connect_operator.cli.plan.report import Action, UserPlan
from connect_operator.cli.reading import patiently
from connect_operator.domain.changes import NOTHING, Change
from connect_operator.domain.desired import resolve
from connect_operator.domain.effects import after
from connect_operator.domain.errors import ConnectError, ErrorKind
from connect_operator.domain.objects import FINALIZER, ConnectUser
from connect_operator.domain.ownership import OWNER_TAG
from connect_operator.domain.plan import Plan, plan
from connect_operator.domain.reasons import Reason
from connect_operator.domain.spec import ConnectUserSpec
from connect_operator.domain.status import Verified
from connect_operator.domain.user import ContactDetails, DesiredUser, ObservedUser
from connect_operator.engine import evidence
from connect_operator.engine.access import Access, Unusable
from connect_operator.engine.census import Census
from connect_operator.engine.converge import converge, verified
from connect_operator.engine.instance import Instance
from connect_operator.engine.memory import Memory
from connect_operator.engine.ports import Clock
from connect_operator.engine.release import release
from connect_operator.engine.situation import (
    AwaitSweep,
    Conclude,
    Create,
    Decision,
    Describe,
    FindByName,
    Hold,
    ListProficiencies,
    Release,
    Situation,
    Write,
)
from connect_operator.engine.store import seniority

# A user needs about five decisions; more means that two of them alternate.
_MOST_DECISIONS = 20
_CONTENT = frozenset({Reason.AVAILABLE, Reason.SUSPENDED, Reason.OBSERVING})
_NEVER_MODIFIED_AFTER = "9999-12-31T23:59:59Z"


@dataclass(frozen=True, slots=True)
class DryRun:
    """Plans one object at a time. `skip_details`: what costs a call per user is taken to be as the manifest asks."""

    access: Access
    census: Census
    owners: Owners
    clock: Clock
    window: float
    skip_details: bool = False

    async def plan(self, user: ConnectUser) -> UserPlan:
        """What would happen to that user. Raises ConnectError when it cannot be read."""
        usable = self.access.to_instance(user)
        if isinstance(usable, Unusable) or user.spec is None:
            return _without_instance(user, usable)
        instance, _ = usable
        run = _Run(self, user, user.spec, instance)
        return await run.finish()

    def rivals(self, user: ConnectUser, instance: Instance) -> tuple[ConnectUser, ...]:
        """The other objects that ask for the same username in the same instance."""
        return tuple(
            each
            for each in self.access.store.namesakes(user)
            if each.spec is not None
            and each.spec.management_policy == "Manage"
            and any(found.metadata.name == instance.name for found in self.access.store.instance_of(each))
        )


def _without_instance(user: ConnectUser, usable: object) -> UserPlan:
    verdict = usable.verdict if isinstance(usable, Unusable) else None
    return UserPlan(
        namespace=user.metadata.namespace,
        name=user.metadata.name,
        username=user.username,
        instance="",
        action=Action.BLOCKED,
        reason=verdict.reason.value if verdict is not None else "",
        message=verdict.message if verdict is not None else "its ConnectInstance could not be read",
    )


class _Run:
    """One object on its way to a conclusion."""

    def __init__(self, dry_run: DryRun, user: ConnectUser, spec: ConnectUserSpec, instance: Instance) -> None:
        self._dry_run = dry_run
        self._user = user
        self._spec = spec
        self._instance = instance
        self._action = Action.NONE
        self._changes: list[Change] = []
        self._tagged: dict[str, str] = {}
        now = dry_run.clock.now()
        # The block before a write need not be read once more when nothing is written.
        self._memory = Memory(uid=user.metadata.uid, described=now)
        if dry_run.skip_details:
            trusted = Verified(generation=user.metadata.generation, last_modified_time=_NEVER_MODIFIED_AFTER)
            self._memory.status = msgspec.structs.replace(user.status, verified=trusted)

    async def finish(self) -> UserPlan:
        """Decide until there is nothing left to decide."""
        for _ in range(_MOST_DECISIONS):
            situation = self._situation()
            decision = release(situation) if self._user.deleting else converge(situation)
            concluded = await self._take(situation, decision)
            if concluded is not None:
                return concluded
        raise RuntimeError(f"the decisions about {self._user.key} do not come to an end")

    def _situation(self) -> Situation:
        dry_run, instance = self._dry_run, self._instance
        arn = instance.arn
        if arn is None:
            raise RuntimeError(f"instance {instance.name} was not read")
        known = instance.inventory.named(self._user.username)
        return Situation(
            user=self._user,
            spec=self._spec,
            me=dry_run.owners.of(self._user, known.user.tags if known is not None else {}),
            memory=self._memory,
            instance=instance.view(self._paused()),
            arn=arn,
            is_live=dry_run.owners.is_live,
            rivals=dry_run.rivals(self._user, instance),
            now=dry_run.clock.now(),
            window=dry_run.window,
        )

    def _paused(self) -> str:
        instance = self._instance
        if not instance.wave.holds(self._user.metadata.uid):
            return ""
        users = len(self._dry_run.census.users_of(instance.name))
        return instance.wave.message(instance.name, users, instance.spec.deletion_guard)

    async def _take(self, situation: Situation, decision: Decision) -> UserPlan | None:
        match decision:
            case Conclude():
                return self._conclude(situation, decision)
            case Create(resolution):
                return self._create(resolution.desired)
            case Write():
                return self._write(situation, decision)
            case Release(note):
                return self._planned(message=note)
            case AwaitSweep(verdict=verdict):
                return self._planned(message=verdict.message if verdict is not None else "")
            case Hold():
                held = (*self._user.metadata.finalizers, FINALIZER)
                metadata = msgspec.structs.replace(self._user.metadata, finalizers=held)
                self._user = msgspec.structs.replace(self._user, metadata=metadata)
            case _:
                await self._read(situation, decision)
        return None

    async def _read(self, situation: Situation, decision: Decision) -> None:
        instance, started = self._instance, self._dry_run.clock.now()
        api, inventory = instance.api, instance.inventory
        match decision:
            case Describe(user_id):
                try:
                    described = await patiently(instance, "DescribeUser", lambda: api.describe_user(user_id))
                except ConnectError as error:
                    if error.kind is not ErrorKind.NOT_FOUND:
                        raise
                    self._absent(situation, user_id)
                else:
                    inventory.take_described(described, started)
                    self._keep_tag(situation, user_id)
            case ListProficiencies(user_id):
                held = await patiently(instance, "ListUserProficiencies", lambda: api.list_user_proficiencies(user_id))
                inventory.take_proficiencies(user_id, held, started)
            case FindByName(username):
                page = await patiently(instance, "SearchUsers", lambda: api.search_users(None, username=username))
                for user in page.users:
                    if isinstance(user, ObservedUser) and user.username == username:
                        inventory.take_found(user, started)
                self._memory.looked = started

    def _keep_tag(self, situation: Situation, user_id: str) -> None:
        """Enter the tag that was only noted, also after a reading that could not show it."""
        record = situation.instance.inventory.get(user_id)
        if record is not None and self._tagged:
            record.user = msgspec.structs.replace(record.user, tags={**record.user.tags, **self._tagged})

    def _absent(self, situation: Situation, user_id: str) -> None:
        """DescribeUser does not know the user: gone, if the lists say so too; else it is too soon to tell."""
        if evidence.is_strong_absence(situation, user_id) or situation.instance.inventory.get(user_id) is not None:
            situation.instance.inventory.take_deleted(user_id, self._dry_run.clock.now())
        self._memory.absent = self._dry_run.clock.now()
        if not self._user.deleting:
            self._memory.disowned = user_id

    def _create(self, desired: DesiredUser) -> UserPlan:
        self._action = Action.CREATE
        nobody = ObservedUser(user_id="", arn="", username=desired.username, contact=ContactDetails(), proficiencies=())
        self._changes = [Change("username", NOTHING, desired.username), *plan(desired, nobody).changes]
        return self._planned()

    def _write(self, situation: Situation, decision: Write) -> UserPlan | None:
        record = situation.instance.inventory.get(decision.user_id)
        if decision.operation == "DeleteUser":
            self._action = Action.DELETE
            return self._planned(message=f"user {decision.user_id}")
        if record is None:
            raise RuntimeError(f"{decision.operation} for {decision.user_id}, who is not known")
        shown = self._dry_run.owners.shown(situation.me)
        if decision.operation == "UntagResource" and OWNER_TAG in decision.parameters["tagKeys"]:
            self._action = Action.RELEASE
            self._changes = [Change(f"tags[{OWNER_TAG}]", shown, NOTHING)]
            return self._planned()
        if decision.operation == "TagResource" and OWNER_TAG in decision.parameters["tags"]:
            self._action = Action.ADOPT
            former = record.user.tags.get(OWNER_TAG, NOTHING)
            self._changes.append(Change(f"tags[{OWNER_TAG}]", former, shown))
            self._tagged = dict(decision.parameters["tags"])
            self._keep_tag(situation, decision.user_id)
            return None
        return self._update(situation, record.user)

    def _update(self, situation: Situation, user: ObservedUser) -> UserPlan:
        """All writes at once; what remains after them is found out by one more decision."""
        todo = self._todo(situation, user)
        self._changes += [change for call in todo.calls for change in call.changes]
        self._action = Action.UPDATE if self._action is Action.NONE else self._action
        record = situation.instance.inventory.get(user.user_id)
        if record is not None:
            for call in todo.calls:
                record.user = after(call, record.user)
        rest = converge(self._situation())
        return self._conclude(situation, rest) if isinstance(rest, Conclude) else self._planned()

    def _conclude(self, situation: Situation, decision: Conclude) -> UserPlan:
        verdict = decision.verdict
        if verdict is None:
            return self._planned(message="created a moment ago; Connect does not show it everywhere yet")
        if self._action is Action.NONE and verdict.reason not in _CONTENT:
            self._action = Action.BLOCKED
        record = evidence.match(situation)
        left: tuple[Change, ...] = ()
        if record is not None and verdict.plan:
            left = self._todo(situation, record.user).changes
        if verdict.reason is Reason.OBSERVING and left:
            self._action = Action.OBSERVE
        told = {change.field for change in self._changes}
        self._changes += [change for change in left if change.field not in told]
        silent = verdict.reason is Reason.AVAILABLE
        return self._planned(verdict.reason.value, "" if silent else verdict.message)

    def _todo(self, situation: Situation, user: ObservedUser) -> Plan:
        resolution = resolve(self._spec, self._user.username, situation.arn.instance_id, situation.instance.catalogs)
        record = evidence.match(situation)
        trusted = record is not None and verified(situation, record)
        return plan(resolution.desired, user, trust_unseen=trusted)

    def _planned(self, reason: str = "", message: str = "") -> UserPlan:
        meta = self._user.metadata
        return UserPlan(
            namespace=meta.namespace,
            name=meta.name,
            username=self._user.username,
            instance=self._instance.name,
            action=self._action,
            changes=tuple(self._changes),
            reason=reason,
            message=message,
        )


def in_order(users: list[ConnectUser]) -> list[ConnectUser]:
    """The order in which claims count: the older object first, then as given."""
    return sorted(users, key=seniority)
