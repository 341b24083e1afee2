"""What a pass learns from the object and from what has been read since, before anything is decided."""

from __future__ import annotations

from msgspec import UNSET

from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.engine.instances.record import Record
from connect_operator.engine.ports import Clock, ClusterApi, Event
from connect_operator.engine.users import applied, tries
from connect_operator.engine.users.identity import Attempt
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.situation import Situation


def hear(user: ConnectUser, memory: Memory, clock: Clock) -> None:
    """Learn from the object: its edit, its deletion, or a request for a look ends that it is left alone."""
    generation, now, patience = user.metadata.generation, clock.monotonic(), memory.patience
    if patience.seen != (generation, user.deleting):
        before, was_deleting = patience.seen
        if user.deleting and not was_deleting:
            patience.begin_deletion(now, clock.now())
        if before:
            patience.insist(now)
        patience.see(generation, deleting=user.deleting)
        memory.forgive()
    if memory.request.hear(user.requested, user.status.last_handled_reconcile_at, now):
        patience.insist(now)
        memory.forgive()
    if memory.writes.blocked and now >= patience.blocked_until_tick:
        memory.reconsider()


def notice(situation: Situation, cluster: ClusterApi) -> None:
    """Learn from what has been read since the last pass. Which user it is, and whose, stays as the situation has it."""
    record, memory = situation.record, situation.memory
    if not situation.user.deleting and not situation.inactive:
        memory.leave.stay()
    if record is None or not situation.own:
        return
    _recognise(situation, record, cluster)
    memory.writes.settle_tries(tries.settled(situation, record))
    if not record.partial and not record.missing:
        memory.writes.mark(applied.learned(situation, record))


def _recognise(situation: Situation, record: Record, cluster: ClusterApi) -> None:
    """Keep the id of a user that was found to be ours: by its tag, when no answer told it."""
    memory = situation.memory
    memory.identity.live_in(str(situation.arn))
    if memory.user_id:
        return
    if memory.identity.attempt is Attempt.UNCERTAIN or situation.user.status.user_id is UNSET:
        # Connect may go on showing it here and not there for as long as any new user.
        memory.identity.show_since(situation.tick)
    if memory.identity.attempt is Attempt.UNCERTAIN:
        message = f"created Connect user {record.user.username} ({record.user.user_id}), recognised by its owner tag"
        cluster.post_event(situation.user, Event(reason="Created", message=message))
        memory.identity.date(situation.now)
    memory.recognise(record.user.user_id, record.user.arn)
