"""What a pass learns from what has been read since the one before, before anything is decided."""

from __future__ import annotations

from msgspec import UNSET

from connect_operator.engine.instances.record import Record
from connect_operator.engine.ports import ClusterApi, Event
from connect_operator.engine.users import applied, tries
from connect_operator.engine.users.memory import Attempt
from connect_operator.engine.users.situation import Situation


def notice(situation: Situation, cluster: ClusterApi) -> None:
    """Learn from what has been read since the last pass, before anything is decided."""
    record, memory = situation.record, situation.memory
    if record is None or not situation.own:
        return
    _recognise(situation, record, cluster)
    for operation in tries.settled(situation, record):
        del memory.tries[operation]
    if not record.partial and not record.missing:
        memory.marks = applied.learned(situation, record)


def _recognise(situation: Situation, record: Record, cluster: ClusterApi) -> None:
    """Keep the id of a user that was found to be ours: by its tag, when no answer told it."""
    memory = situation.memory
    memory.home = str(situation.arn)
    if memory.user_id:
        return
    if memory.attempt is Attempt.UNCERTAIN or situation.user.status.user_id is UNSET:
        # Connect may go on showing it here and not there for as long as any new user.
        memory.created = situation.tick
    if memory.attempt is Attempt.UNCERTAIN:
        message = f"created Connect user {record.user.username} ({record.user.user_id}), recognised by its owner tag"
        cluster.post_event(situation.user, Event(reason="Created", message=message))
        memory.created_time = situation.now
    memory.recognise(record.user.user_id, record.user.arn)
