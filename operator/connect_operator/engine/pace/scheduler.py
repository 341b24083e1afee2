"""The scheduler: which object gets a pass of reconciling when, one pass at a time per object.

It knows nothing of users: a key is woken, a pass runs, and the pass says what it waits for: a token, a while, or
nothing. A pass that waits for a token is run again with it, so it decides on the newest manifest and the newest
observation, never on those of the time when it began to wait.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.pace.quota import Flow, Operation, Quota, Ticket
from connect_operator.engine.pace.ready import Due, ReadyQueue
from connect_operator.engine.pace.turn import Grant, NeedsToken, Next, Pass, Settled, Turn
from connect_operator.engine.ports import Clock

logger = logging.getLogger(__name__)

# Shorter waits are not worth a status write: in a backlog each costs the API server one more PATCH.
SAY_WAITING_AFTER = 2.0
_AFTER_A_BUG = 60.0
# Less is no pause: what is left of a difference of two times may be smaller than the clock can tell.
_SHORTEST_PAUSE = 0.001


class Watcher:
    """Is told of passes; this one does not listen. Times are in seconds."""

    def waited(self, seconds: float) -> None:
        """An object was due for so long before its pass began."""

    def ended(self, result: str, seconds: float) -> None:
        """A pass took so long; `result` is success, requeue, requeue_after or error."""


@dataclass(slots=True)
class _Entry:
    """An object that has something going on; `due` since when it is ready, in monotonic seconds, and `why`."""

    running: bool = False
    ready: bool = False
    due: float = 0.0
    why: Due = Due.AGAIN
    dirty: bool = False
    edited: bool = False
    ticket: Ticket | None = None
    grant: Grant | None = None
    kept: Grant | None = None
    timer: asyncio.TimerHandle | None = None
    tell: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class Scheduler:
    """Runs passes: at most `concurrency` without a token at a time; those with one go at once."""

    run_pass: Pass
    quota: Quota
    clock: Clock
    concurrency: int = 32
    watcher: Watcher = field(default_factory=Watcher)
    _entries: dict[ObjectKey, _Entry] = field(default_factory=dict)
    _ready: ReadyQueue = field(default_factory=ReadyQueue)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _plain: int = 0
    _stopping: bool = False
    _holds: int = 0
    _granted_meanwhile: list[tuple[ObjectKey, Grant]] = field(default_factory=list)

    def hold(self) -> None:
        """Begin no pass until `release`: objects are only marked. Holds add up."""
        self._holds += 1

    def release(self) -> None:
        """End one hold; with the last one, what was marked and what was granted meanwhile begins."""
        self._holds -= 1
        if self._holds or self._stopping:
            return
        granted, self._granted_meanwhile = self._granted_meanwhile, []
        for key, grant in granted:
            self._begin_granted(key, grant)
        self._start_ready()

    def wake(self, key: ObjectKey, *, edited: bool = False, new: bool = False) -> None:
        """Something about this object has changed, by a person's edit, or it is new: look at it soon."""
        if self._stopping:
            return
        entry = self._entries.setdefault(key, _Entry())
        entry.edited = entry.edited or edited
        before, entry.why = entry.why, min(entry.why, Due.EDITED if edited else Due.NEW if new else Due.AGAIN)
        if entry.running:
            entry.dirty = True
        elif not entry.ready:
            entry.ready, entry.due = True, self.clock.monotonic()
            self._ready.push(key, entry.why)
            self._start_ready()
        elif entry.why < before:
            # It comes out once more where it stood before, and is passed over then unless it is due again.
            self._ready.push(key, entry.why)

    def waiting(self) -> dict[ObjectKey, Ticket]:
        """The objects that wait for a token."""
        return {key: entry.ticket for key, entry in self._entries.items() if entry.ticket is not None}

    @property
    def depth(self) -> int:
        """How many objects are due; those that wait for a token or a while are not."""
        return sum(entry.ready for entry in self._entries.values())

    @property
    def idle(self) -> bool:
        """Whether no pass runs, is due, or waits for a token."""
        return not any(entry.running or entry.ready or entry.ticket for entry in self._entries.values())

    async def stop(self, patience: float) -> None:
        """Start nothing new; let what runs finish and be recorded, for at most `patience` seconds."""
        self._stopping = True
        self.quota.close()
        for entry in self._entries.values():
            _cancel_timers(entry)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=patience)
            for task in late:
                task.cancel()

    def _start_ready(self) -> None:
        while self._ready and self._plain < self.concurrency and not self._holds:
            key = self._ready.pop()
            entry = self._entries.get(key)
            if entry is None or entry.running or not entry.ready:
                continue
            self._plain += 1
            self.watcher.waited(self.clock.monotonic() - entry.due)
            self._start(key, entry, None)

    def _granted(self, key: ObjectKey, operation: Operation) -> None:
        grant = Grant(operation)
        if self._holds and not self._stopping:
            self._granted_meanwhile.append((key, grant))
        else:
            self._begin_granted(key, grant)

    def _begin_granted(self, key: ObjectKey, grant: Grant) -> None:
        entry = self._entries.get(key)
        if entry is None or self._stopping:
            self.quota.give_back(grant.operation)
        elif entry.running:
            entry.grant = grant
        else:
            self._start(key, entry, grant)

    def _start(self, key: ObjectKey, entry: _Entry, grant: Grant | None) -> None:
        _cancel_timers(entry)
        entry.running, entry.ready, entry.dirty, entry.why = True, False, False, Due.AGAIN
        turn = Turn(grant=grant, kept=entry.kept, edited=entry.edited, waited=entry.ticket)
        entry.kept = None
        if grant is not None:
            entry.ticket = None
        task = asyncio.get_running_loop().create_task(self._run(key, entry, turn))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, key: ObjectKey, entry: _Entry, turn: Turn) -> None:
        plain, began, failed = turn.grant is None, self.clock.monotonic(), False
        following: Next = Settled()
        try:
            following = await self.run_pass(key, turn)
        except Exception:
            # A bug in one object's pass must not stop the others; it is told, and tried again with leisure.
            logger.exception("a pass failed unexpectedly", extra={"object": str(key)})
            following, failed = Settled(requeue_after=_AFTER_A_BUG), True
        finally:
            entry.running = False
            if plain:
                self._plain -= 1
            if turn.grant is not None and not turn.grant.used:
                self.quota.give_back(turn.grant.operation)
            if turn.kept is not None and (self._stopping or not isinstance(following, NeedsToken)):
                self.quota.give_back(turn.kept.operation)
                turn.kept = None
        self.watcher.ended("error" if failed else _result(following), self.clock.monotonic() - began)
        if not self._stopping:
            self._follow(key, entry, following, turn)
            self._start_ready()

    def _follow(self, key: ObjectKey, entry: _Entry, following: Next, turn: Turn) -> None:
        entry.kept = turn.kept
        if isinstance(following, NeedsToken):
            self._await_token(key, entry, following, turn)
            if entry.running:
                return
        else:
            self._leave_line(entry)
            if not entry.dirty:
                entry.edited = False
            if following.requeue_after is not None:
                loop = asyncio.get_running_loop()
                entry.timer = loop.call_later(max(_SHORTEST_PAUSE, following.requeue_after), self._due, key)
        if entry.dirty:
            self.wake(key)
        elif isinstance(following, Settled) and entry.timer is None:
            self._entries.pop(key, None)

    def _await_token(self, key: ObjectKey, entry: _Entry, need: NeedsToken, turn: Turn) -> None:
        if entry.grant is not None:
            grant, entry.grant = entry.grant, None
            entry.ticket = None
            if grant.operation == need.operation:
                self._start(key, entry, grant)
                return
            self.quota.give_back(grant.operation)
        if need.requeue_after is not None:
            pause = max(_SHORTEST_PAUSE, need.requeue_after)
            entry.timer = asyncio.get_running_loop().call_later(pause, self._due, key)
        ticket = entry.ticket
        if ticket is not None and ticket.operation == need.operation and ticket.priority <= need.priority:
            self._tell_later(key, entry, ticket)
            return
        since = None
        if ticket is not None:
            self.quota.cancel(ticket)
            # Who moves up within a line has waited there all the same.
            since = ticket.since_tick if ticket.operation == need.operation else None
        elif turn.grant is not None and turn.grant.used and turn.grant.operation == need.operation:
            # The call was made and throttled: it keeps its age, so it goes first when the pause is over.
            since = turn.waited.since_tick if turn.waited is not None else self.clock.monotonic()
        operation, flow = need.operation, Flow(need.instance, key.namespace)
        entry.ticket = self.quota.enqueue(
            operation, need.priority, lambda: self._granted(key, operation), flow=flow, since=since
        )
        self._tell_later(key, entry, entry.ticket)

    def _tell_later(self, key: ObjectKey, entry: _Entry, ticket: Ticket) -> None:
        """One more pass when the wait has become worth telling a person; those told before are not told again."""
        left = ticket.since_tick + SAY_WAITING_AFTER - self.clock.monotonic()
        if left > 0:
            # A little more, so that the pass finds the wait to be long enough.
            entry.tell = asyncio.get_running_loop().call_later(left + 0.01, self._due, key)

    def _leave_line(self, entry: _Entry) -> None:
        if entry.ticket is not None:
            self.quota.cancel(entry.ticket)
            entry.ticket = None
        if entry.grant is not None:
            self.quota.give_back(entry.grant.operation)
            entry.grant = None

    def _due(self, key: ObjectKey) -> None:
        entry = self._entries.get(key)
        if entry is not None:
            entry.timer = entry.tell = None
            self.wake(key)


def _result(following: Next) -> str:
    if isinstance(following, NeedsToken):
        return "requeue"
    return "success" if following.requeue_after is None else "requeue_after"


def _cancel_timers(entry: _Entry) -> None:
    for timer in (entry.timer, entry.tell):
        if timer is not None:
            timer.cancel()
    entry.timer = entry.tell = None
