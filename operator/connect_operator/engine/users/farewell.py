"""The calls around a user's leaving: reading its contacts, ending its sessions, and what their refusal means.

None of them holds a leaver up: a refusal is told in an Event and the log, and the deletion or deactivation goes on.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.remedies import told
from connect_operator.engine.instances.caller import Caller
from connect_operator.engine.ports import Clock, ClusterApi, Event
from connect_operator.engine.users import decide_leaving
from connect_operator.engine.users.evidence import FRESH
from connect_operator.engine.users.situation import AskContacts, Conclude, Delete, Update
from connect_operator.engine.users.step import Outcome, UserStep

logger = logging.getLogger(__name__)

_SIGN_OUT, _CONTACTS = "DeleteAllEntitySessions", "GetCurrentUserData"
# A call that was throttled, or got lost, is worth one more try or two; more would hold the leaver up.
_MOST_SIGN_OUTS = 3
_PASSING = frozenset({ErrorKind.THROTTLED, ErrorKind.UNAVAILABLE})
_LOOK_AGAIN = 15.0
# What speaks of the question, and not of the way to Connect.
_OF_THE_QUESTION = frozenset({"InvalidParameterException", "InvalidRequestException"})


@dataclass(frozen=True, slots=True)
class Farewell:
    """Makes those calls."""

    cluster: ClusterApi
    caller: Caller
    clock: Clock

    def is_due(self, step: UserStep, decision: Update | Delete) -> bool:
        """Whether the user's sessions are to be ended before that write."""
        since = self.clock.monotonic() - step.situation.memory.leave.signed_out_tick
        return bool(decision.sign_out) and since > FRESH

    async def sign_out(self, step: UserStep, decision: Update | Delete) -> Outcome:
        """End all sessions of the user, whose tags were read just now. The turn for the write is kept meanwhile."""
        need = self.caller.token(step, _SIGN_OUT)
        if need is not None:
            return need
        leave, api = step.situation.memory.leave, step.instance.api
        entity = {"EntityId": decision.user_id, "EntityType": "USER"}
        try:
            await self.caller.call(step, _SIGN_OUT, lambda: api.write(_SIGN_OUT, entity))
        except ConnectError as error:
            missed = leave.miss_sign_out()
            if error.kind in _PASSING and missed < _MOST_SIGN_OUTS:
                return step.need(_SIGN_OUT)
            if error.kind is ErrorKind.CREDENTIALS:  # the write that would come next has no better ones
                return Conclude(Verdict(reason=error.reason, message=told(error)), back_off=True)
            if error.kind is not ErrorKind.NOT_FOUND:  # who has no session needs none ended
                self._tell(step, "SessionsNotEnded", f"the user's sessions were not ended: {error.text}")
        else:
            message = f"ended all sessions of user {step.situation.user.username} ({decision.user_id})"
            self.cluster.post_event(step.situation.user, Event(reason="SessionsEnded", message=message))
        leave.sign_out(self.clock.monotonic())
        return None

    async def ask_contacts(self, step: UserStep, decision: AskContacts) -> Outcome:
        """Read who of those that are waited for is on a contact."""
        need = self.caller.token(step, _CONTACTS)
        if need is not None:
            return need
        situation, began = step.situation, self.clock.monotonic()
        situation.memory.leave.wait(decide_leaving.awaited_since(situation))
        asked, api = step.instance.on_contacts.batch(decision.user_id, began), step.instance.api
        try:
            busy = await self.caller.call(step, _CONTACTS, lambda: api.users_on_contacts(asked))
        except ConnectError as error:
            return self._contacts_unread(step, asked, error)
        step.instance.on_contacts.take(asked, busy, began)
        return None

    def _contacts_unread(self, step: UserStep, asked: tuple[str, ...], error: ConnectError) -> Outcome:
        if error.kind is ErrorKind.THROTTLED:
            return step.need(_CONTACTS)
        about_them = error.kind is ErrorKind.NOT_FOUND or error.code in _OF_THE_QUESTION
        now = self.clock.monotonic()
        if about_them and len(asked) > 1:
            step.instance.on_contacts.part(now)
        elif error.kind is ErrorKind.NOT_FOUND:
            step.instance.on_contacts.take(asked, frozenset(), now)  # who is not at work is on no contact
        elif about_them or error.kind is ErrorKind.DENIED:
            step.situation.memory.leave.waive()
            self._tell(step, "ContactsNotRead", f"the user's contacts are not waited for: {error.text}")
        else:
            trouble = told(error) if error.kind is ErrorKind.CREDENTIALS else error.text
            return Conclude(decide_leaving.waiting(step.situation, trouble), requeue_after=_LOOK_AGAIN)
        return None

    def _tell(self, step: UserStep, reason: str, message: str) -> None:
        user = step.situation.user
        logger.warning("%s", message, extra={"object": f"ConnectUser {user.key}"})
        self.cluster.post_event(user, Event(reason=reason, message=message, warning=True))
