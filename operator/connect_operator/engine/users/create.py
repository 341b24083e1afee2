"""Creating a user: the password, the finalizer, the place, CreateUser once, and what its answer or silence means.

CreateUser has no client token; the username is the only natural key. Right before the call the finalizer goes on, and
status.instanceArn says where the user will live, in a write that only the newest version of the object takes. So
whatever becomes of the call, of the manifest's reference and of this process, the user is looked for where it may be;
the owner tag in the very call recognises it. A refusal that leaves no doubt takes status.instanceArn off again.
"""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass

import msgspec

from connect_operator.domain.conditions.conditions import RESOLVED, Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.remedies import explained
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.kinds.status import PasswordSecret
from connect_operator.domain.plan.plan import acknowledged, create_parameters, creation_digest
from connect_operator.engine.instances.caller import Caller
from connect_operator.engine.pace.growth import doubled
from connect_operator.engine.ports import Clock, ClusterApi, Created, Event, ObjectGoneError, Password, SecretValue
from connect_operator.engine.store import Store
from connect_operator.engine.users.first_password import FirstPasswords
from connect_operator.engine.users.identity import Attempt
from connect_operator.engine.users.situation import Conclude, Create
from connect_operator.engine.users.step import Outcome, Throttled, UserStep
from connect_operator.engine.users.user_report import Reporter

logger = logging.getLogger(__name__)

OPERATION = "CreateUser"
# Refusals that only an edit ends; what is tried again anyway is not pinned and unpinned each time.
_CORRECTED = (ErrorKind.INVALID, ErrorKind.DUPLICATE)
_SETTLED = (Attempt.SETTLED, Attempt.TAKEN)
_LONGEST_FOR_SECRETS = 30.0
_LONGEST_FOR_NAMES = 60.0


@dataclass(slots=True)
class Creator:
    """Creates users."""

    cluster: ClusterApi
    store: Store
    caller: Caller
    reporter: Reporter
    clock: Clock
    passwords: FirstPasswords

    async def create(self, step: UserStep, decision: Create) -> Outcome:
        """One attempt, when there is a token and nothing has changed meanwhile."""
        first_look = step.turn.grant is None and step.turn.waited is None
        need = self.caller.token(step, OPERATION)
        if need is not None:
            if first_look and (problem := await self.passwords.look(step.situation)) is not None:
                # Told at once, not after an hour in the line.
                return _awaiting_secret(step, problem)
            return need
        breaker = step.instance.user_quota_breaker
        if breaker.error is not None and (problem := await self.passwords.look(step.situation)) is not None:
            return _awaiting_secret(step, problem)  # a probe is spent only on one that could be made
        if not breaker.allows(self.clock.monotonic()):
            return None  # the next decision says so
        try:
            return await self._attempt(step, decision)
        finally:
            breaker.answered()

    async def _attempt(self, step: UserStep, decision: Create) -> Outcome:
        secret = await self.passwords.get(step.situation)
        if isinstance(secret, Verdict):
            return _awaiting_secret(step, secret)
        user = step.situation.user
        fresh = await self._prepared(step, user)
        if fresh is None:
            return None
        self.store.put_user(fresh)
        if fresh.metadata.generation != user.metadata.generation or fresh.deleting:
            return None
        return await self._send(step, decision, secret)

    async def _prepared(self, step: UserStep, user: ConnectUser) -> ConnectUser | None:
        """The object as it is now, with finalizer and instance; None when it has changed: decide anew."""
        if not user.has_finalizer:
            newest = await self.cluster.add_finalizer(user)
            self.store.put_user(newest)
            if newest.metadata.generation != user.metadata.generation or newest.deleting:
                return None
            if step.situation.memory.identity.attempt is Attempt.UNKNOWN:
                # The first attempt ever. Until it is sent nothing is in doubt, though the finalizer is on.
                step.situation.memory.identity.settle()
            user = newest
        situation = dataclasses.replace(step.situation, user=user)
        if self.reporter.is_pinned(situation):
            read = await self.cluster.read_user(user)
            if read is None:
                raise ObjectGoneError(f"ConnectUser {user.key} is gone")
            # Others may have written that status, and may take it away again while the call is under way.
            step.situation.memory.identity.live_in(str(situation.arn))
            return read
        if situation.unread is not None:
            step.situation.memory.identity.doubt()
        message = f"user {user.username!r} is being created in {situation.arn}"
        return await self.reporter.pin(situation, Reason.CREATING, message)

    async def _send(self, step: UserStep, decision: Create, secret: SecretValue | None) -> Outcome:
        memory = step.situation.memory
        before = memory.identity.attempt
        parameters = create_parameters(decision.resolution.desired, step.situation.me.tag)
        password = secret.password if secret is not None else None
        try:
            created = await self._call(step, parameters, password)
        except ConnectError as error:
            if not error.uncertain:
                memory.identity.take_back(before)
                if before in _SETTLED and error.kind in _CORRECTED:
                    memory.identity.leave_home()
            return self._failed(step, decision, error)
        if not created.user_id:
            return None  # both ids are optional in the service model: it is found by its name and tag
        self._take(step, decision, created, secret)
        return None

    async def _call(self, step: UserStep, parameters: dict[str, object], password: Password | None) -> Created:
        async def send() -> Created:
            memory = step.situation.memory
            memory.note_attempt(Attempt.UNCERTAIN, self.clock.monotonic())
            return await step.instance.api.create_user(parameters, password)

        return await self.caller.call(step, OPERATION, send)

    def _take(self, step: UserStep, decision: Create, created: Created, secret: SecretValue | None) -> None:
        situation, memory = step.situation, step.situation.memory
        memory.recognise(created.user_id, created.user_arn)
        memory.identity.create(self.clock.monotonic(), created.server_time)
        memory.patience.succeed()
        memory.telling.owe()
        if secret is not None:
            memory.identity.use_secret(PasswordSecret(uid=secret.uid, resource_version=secret.resource_version))
        user = acknowledged(
            decision.resolution.desired, user_id=created.user_id, arn=created.user_arn, owner_tag=situation.me.tag
        )
        situation.instance.inventory.take_written(user, now=memory.identity.created_tick, stamp=created.server_time)
        step.instance.woken(step.instance.user_quota_breaker.make())
        logger.info("created user %s", created.user_id, extra=_about(situation.user, created.user_id))
        message = f"created Connect user {situation.user.username} ({created.user_id})"
        self.cluster.post_event(situation.user, Event(reason="Created", message=message))

    def _failed(self, step: UserStep, decision: Create, error: ConnectError) -> Outcome:
        logger.warning("%s", error.text, extra=_about(step.situation.user, error.request_id))
        memory = step.situation.memory
        if error.kind is ErrorKind.DUPLICATE:
            return self._duplicate(step, error)
        if error.kind is ErrorKind.THROTTLED:
            verdict = Verdict(reason=Reason.THROTTLED, message=explained(error), references=RESOLVED)
            return Throttled(verdict, step.need(OPERATION))
        if error.kind is ErrorKind.QUOTA:
            step.instance.woken(step.instance.user_quota_breaker.refuse(error, self.clock.monotonic()))
            return None  # the next decision says so, as to everybody
        if error.uncertain and memory.patience.failures == 0:
            memory.patience.fail()
            memory.identity.keep_untold(error)
            return None  # look at once whether it was carried out
        if not error.uncertain:
            memory.block(OPERATION, error, asked=creation_digest(decision.resolution.desired))
        first = memory.identity.take_untold()
        message = explained(first if first is not None and first.reason is error.reason else error)
        missing = (False, error.reason.value, message)
        references = missing if error.kind is ErrorKind.NOT_FOUND else RESOLVED
        return Conclude(Verdict(reason=error.reason, message=message, references=references), back_off=True)

    def _duplicate(self, step: UserStep, error: ConnectError) -> Outcome:
        """The name exists, though it was not seen: ours from a lost answer, or somebody's who came first."""
        memory, username = step.situation.memory, step.situation.user.username
        duplicates = memory.identity.meet_duplicate()
        if duplicates == 1:
            taken = Attempt.TAKEN if memory.identity.attempt in _SETTLED else Attempt.UNCERTAIN
            memory.note_attempt(taken, self.clock.monotonic())
            return None
        message = f"username {username!r} exists in Connect, which does not show the user yet: {error.text}"
        return Conclude(
            Verdict(reason=Reason.USERNAME_TAKEN, message=message),
            requeue_after=doubled(1.0, duplicates, _LONGEST_FOR_NAMES),
            back_off=True,
        )


def _awaiting_secret(step: UserStep, problem: Verdict) -> Conclude:
    """Secrets are not watched (the operator may only get them one by one), so they are looked at again."""
    memory = step.situation.memory
    memory.patience.fail()
    missing = problem.reason is not Reason.INVALID_SPEC
    references = (False, problem.reason.value, problem.message) if missing else RESOLVED
    problem = msgspec.structs.replace(problem, references=references)
    return Conclude(problem, requeue_after=doubled(1.0, memory.patience.failures, _LONGEST_FOR_SECRETS))


def _about(user: ConnectUser, reference: str) -> dict[str, str]:
    return {"object": f"ConnectUser {user.key}", "reference": reference}
