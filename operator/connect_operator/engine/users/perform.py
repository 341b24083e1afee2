"""Carrying a decision out: token, finalizer, one call, and what its outcome teaches. A method per kind of decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.remedies import told
from connect_operator.domain.connect.user import ObservedUser
from connect_operator.domain.kinds.objects import ConnectUser, ObjectKey
from connect_operator.engine.instances.caller import Caller, OvertakenError
from connect_operator.engine.ports import Clock, ClusterApi, Event, ObjectChangedError, ObjectGoneError
from connect_operator.engine.store import Store
from connect_operator.engine.users import evidence
from connect_operator.engine.users.attribute_reading import attributes_call, read_attributes
from connect_operator.engine.users.create import Creator
from connect_operator.engine.users.depart import TOO_SOON, Departure
from connect_operator.engine.users.farewell import Farewell
from connect_operator.engine.users.identity import Attempt
from connect_operator.engine.users.situation import (
    AddFinalizer,
    AskContacts,
    AwaitSweep,
    Conclude,
    Create,
    Decision,
    Delete,
    Describe,
    FindByName,
    ListProficiencies,
    ReadAttributes,
    ReadTeardown,
    RemoveFinalizer,
    Tag,
    TidyQuickConnects,
    Untag,
    Update,
    Write,
)
from connect_operator.engine.users.step import Outcome, UserStep
from connect_operator.engine.users.user_report import Reporter, is_told_ready
from connect_operator.engine.users.writing import Writer


@dataclass(slots=True)
class Performer:
    """Carries decisions out. `lost` is told of an object that the API server does not have any more."""

    cluster: ClusterApi
    store: Store
    caller: Caller
    creator: Creator
    reporter: Reporter
    clock: Clock
    slow: float
    lost: Callable[[ObjectKey, str], None] = lambda _key, _uid: None
    farewell: Farewell = field(init=False)
    departure: Departure = field(init=False)
    writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        self.farewell = Farewell(self.cluster, self.caller, self.clock)
        self.departure = Departure(self.cluster, self.clock, self.slow)
        self.writer = Writer(
            self.cluster, self.store, self.caller, self.reporter, self.clock, self.farewell, self.departure
        )

    async def perform(self, step: UserStep, decision: Decision) -> Outcome:
        """Do it, or say what it waits for."""
        try:
            return await self._dispatch(step, decision)
        except OvertakenError:
            return Conclude(None) if self.caller.stopping else None
        except (ObjectChangedError, ObjectGoneError):
            await self.read_again(step.situation.user)
            return None

    async def _dispatch(self, step: UserStep, decision: Decision) -> Outcome:  # noqa: C901, PLR0911, PLR0912 - one per kind
        match decision:
            case Create():
                return await self.creator.create(step, decision)
            case Update() | Tag() | Untag() | Delete():
                return await self._write(step, decision)
            case FindByName(username):
                return await self._read(step, "SearchUsers", lambda: self._find(step, username))
            case Describe(user_id):
                return await self._read(step, "DescribeUser", lambda: self._describe(step, user_id))
            case ListProficiencies(user_id):
                return await self._read(step, "ListUserProficiencies", lambda: self._proficiencies(step, user_id))
            case AskContacts():
                return await self.farewell.ask_contacts(step, decision)
            case TidyQuickConnects(user_id):
                return await self.departure.tidy(step, user_id)
            case ReadAttributes(name):
                reading = partial(read_attributes, self.caller, step, name)
                return await self._read(step, attributes_call(name), reading)
            case AwaitSweep():
                step.instance.await_sweep(step.situation.user.key)
                return Conclude(decision.verdict, requeue_after=evidence.look_again(step.situation))
            case ReadTeardown():
                await self._read_teardown(step)
                return None
            case AddFinalizer():
                self.store.put_user(await self.cluster.add_finalizer(step.situation.user))
                return None
            case RemoveFinalizer(note):
                await self.departure.let_go(step.situation.user, step.situation.memory, note)
                return Conclude(None)
            case Conclude():
                return decision

    async def _read_teardown(self, step: UserStep) -> None:
        user, name, started = step.situation.user, step.instance.name, self.clock.monotonic()
        torn = await self.cluster.read_teardown(user, name)
        step.instance.wave.torn[name, user.metadata.namespace] = started, torn

    async def read_again(self, user: ConnectUser) -> None:
        """Take in the object as it is now. Raises ClusterUnavailableError."""
        fresh = await self.cluster.read_user(user)
        if fresh is None:
            self.lost(user.key, user.metadata.uid)
        else:
            self.store.put_user(fresh)

    async def _read(self, step: UserStep, operation: str, reading: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """A read; its failure is no news about a user that is Ready, unless a deletion waits for it."""
        need = self.caller.token(step, operation)
        if need is not None:
            return need
        try:
            return await reading()
        except ConnectError as error:
            if error.kind is ErrorKind.THROTTLED:
                return step.need(operation)
            user, memory = step.situation.user, step.situation.memory
            if user.deleting or not is_told_ready(user, memory):
                return Conclude(Verdict(reason=error.reason, message=told(error)), back_off=True)
            if memory.request.pending:
                message = f"the look that was asked for has failed: {error.text}"
                self.cluster.post_event(user, Event(reason=error.reason.value, message=message, warning=True))
            return Conclude(None, requeue_after=evidence.look_again(step.situation), back_off=True)

    async def _find(self, step: UserStep, username: str) -> Outcome:
        started = self.clock.monotonic()
        memory, inventory, api = step.situation.memory, step.instance.inventory, step.instance.api
        page = await self.caller.call(step, "SearchUsers", lambda: api.search_users(None, username=username))
        for user in page.users:
            if isinstance(user, ObservedUser) and user.username == username:
                inventory.take_found(user, started)
        if inventory.named(username) is None:
            # What we deleted a moment ago, and an index still shows, is not found either.
            memory.readings.note_nobody(started)
            memory.readings.look_in_vain()
        elif memory.identity.attempt is Attempt.TAKEN:
            memory.identity.settle()  # here is the holder of the name
        return None

    async def _describe(self, step: UserStep, user_id: str) -> Outcome:
        memory, inventory, started = step.situation.memory, step.instance.inventory, self.clock.monotonic()
        api = step.instance.api
        memory.writes.look_back()
        try:
            described = await self.caller.call(step, "DescribeUser", lambda: api.describe_user(user_id))
        except ConnectError as error:
            if error.kind is not ErrorKind.NOT_FOUND:
                raise
            return self._absent(step, user_id)
        memory.readings.note_described(user_id, started, absent=False)
        inventory.take_described(described, started)
        found = step.situation.anew().record
        if found is None or found.user.user_id != user_id:
            memory.identity.reject(user_id)  # the id in status is that of somebody else's user
        return None

    def _absent(self, step: UserStep, user_id: str) -> Outcome:
        """DescribeUser knows no such user. That proves it only together with the lists, and not soon after a write."""
        situation, memory, tick = step.situation, step.situation.memory, self.clock.monotonic()
        deleting = situation.user.deleting
        if not evidence.is_strong_absence(situation, user_id):
            memory.readings.look_in_vain()
            memory.readings.note_described(user_id, tick, absent=False)
            step.instance.await_sweep(situation.user.key)
            verdict = Verdict(reason=Reason.DELETING, message=TOO_SOON) if deleting else None
            return Conclude(verdict, requeue_after=evidence.look_again(situation), back_off=deleting)
        expected = situation.known_id == user_id
        step.instance.inventory.take_absent(user_id)
        memory.readings.note_described(user_id, tick, absent=True)
        if memory.user_id == user_id:
            memory.identity.lose()
        if expected and not deleting:
            memory.identity.reject(user_id)
            message = f"user {situation.user.username} ({user_id}) was deleted in Connect; it is created again"
            self.cluster.post_event(situation.user, Event(reason="UserGone", message=message, warning=True))
        return None

    async def _proficiencies(self, step: UserStep, user_id: str) -> Outcome:
        api = step.instance.api
        started = self.clock.monotonic()
        step.situation.memory.writes.look_back()
        found = await self.caller.call(step, "ListUserProficiencies", lambda: api.list_user_proficiencies(user_id))
        step.instance.inventory.take_proficiencies(user_id, found, started)
        step.situation.memory.request.read_proficiencies(started)
        return None

    async def _write(self, step: UserStep, decision: Write) -> Outcome:
        operation = decision.call.operation
        need = self.caller.token(step, operation)
        if need is not None:
            return need
        record = step.instance.inventory.get(decision.user_id)
        if record is None or not evidence.is_fresh(step.situation, record, operation, step.began):
            # The turn is kept meanwhile; with what was read the write is decided on anew.
            describing = partial(self._describe, step, decision.user_id)
            return await self._read(step, "DescribeUser", describing)
        return await self.writer.write(step, decision, record)
