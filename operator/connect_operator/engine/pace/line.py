"""The line for one operation's tokens: who is next. Fair between tenants, by priority, the oldest first.

A flow is a namespace at an instance. Each flow that waits has an equal share of its instance's turns, and each instance
that waits an equal share of the line's, as in weighted fair queueing: `served` is how far a flow has come, and who
joins begins where the line is. Priority lets a flow go at most a few turns beyond its share, so that nobody's edits,
however many, hold up another tenant's first user. Each operation costs O(log n), with ten thousand waiters as with ten.
"""

from __future__ import annotations

import enum
import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import NamedTuple

# How many turns priority alone may give a flow before those that others are due.
LEAD = 4
# Every eighth turn goes to the flow that is furthest behind, and every eighth of a flow to who waits longest in it.
_EVERY = 8
# Background reading, on nobody's behalf, has so much smaller a share than a tenant.
_BACKGROUND = 8
# So many flows are looked at for `ahead`; what more there are is taken to be like them.
_SAMPLE = 16
_FORGET_BEYOND = 64


class Priority(enum.IntEnum):
    """Who goes first; within one, flows take turns, and within a flow the oldest goes first."""

    ASSIGNMENT = 0
    EDIT = 1
    DELETION = 2
    BACKLOG = 3
    DRIFT = 4


class Operation(NamedTuple):
    """What a service quota counts."""

    account: str
    region: str
    name: str


class Flow(NamedTuple):
    """On whose behalf a call is made; without a namespace it is the operator's own reading."""

    instance: str = ""
    namespace: str = ""


class Ticket:
    """A place in a line; `ahead` is how many would go first when it was drawn, `since_tick` from when on it waits."""

    __slots__ = ("_grant", "ahead", "flow", "left", "operation", "priority", "since_tick")

    def __init__(
        self, operation: Operation, priority: Priority, flow: Flow, since: float, grant: Callable[[], None]
    ) -> None:
        self.operation = operation
        self.priority = priority
        self.flow = flow
        self.since_tick = since
        self.ahead = 0
        self.left = False
        self._grant = grant

    def grant(self) -> None:
        """Tell the waiter that it has a token."""
        self._grant()


class _Member:
    """A flow in this line: its waiters by priority, and how far it has come.

    `posted`: under which (served, order) each priority's heap of members has it.
    """

    __slots__ = ("counts", "flow", "order", "posted", "served", "turns", "waiters")

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.served = 0.0
        self.order = 0
        self.turns = 0
        self.counts = [0] * len(Priority)
        self.posted: list[tuple[float, int] | None] = [None] * len(Priority)
        self.waiters: list[list[tuple[float, bool, int, Ticket]]] = [[] for _ in Priority]

    @property
    def waiting(self) -> int:
        return sum(self.counts)

    def head(self, priority: Priority) -> Ticket | None:
        """The oldest waiter of that priority."""
        waiters = self.waiters[priority]
        while waiters and waiters[0][3].left:
            heapq.heappop(waiters)
        return waiters[0][3] if waiters else None

    def choose(self) -> Ticket:
        """The next waiter: by priority, but now and then who has waited longest."""
        self.turns += 1
        heads = [head for priority in Priority if (head := self.head(priority)) is not None]
        return min(heads, key=lambda head: head.since_tick) if self.turns % _EVERY == 0 else heads[0]

    def tidy(self, priority: Priority) -> None:
        """Do not keep those who have left for longer than the others."""
        waiters = self.waiters[priority]
        if len(waiters) > 2 * self.counts[priority] + 16:
            waiters[:] = [entry for entry in waiters if not entry[3].left]
            heapq.heapify(waiters)


class Line:
    """Those who wait for one operation's tokens."""

    def __init__(self) -> None:
        self._members: dict[Flow, _Member] = {}
        self._heaps: list[list[tuple[float, int, _Member]]] = [[] for _ in Priority]
        self._counter = count(1)
        self._grants = 0
        self._virtual = 0.0
        self._length = 0
        self._forget_beyond = _FORGET_BEYOND
        # Per instance: flows that wait, and waiters of its tenants.
        self._flows: Counter[str] = Counter()
        self._waiters: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._length

    def join(self, ticket: Ticket, *, again: bool = False) -> None:
        """Take a place, and learn how many would go before; `again`: it had its turn before."""
        member = self._members.get(ticket.flow)
        if member is None:
            member = self._members[ticket.flow] = _Member(ticket.flow)
        if member.waiting == 0:
            # Who comes back owes the turns that it had in advance, and has saved none while it was away.
            member.served = max(member.served, self._virtual)
            member.order = next(self._counter)
            self._flows[ticket.flow.instance] += 1
        ticket.ahead = self._ahead(member, ticket.priority)
        heapq.heappush(member.waiters[ticket.priority], (ticket.since_tick, not again, next(self._counter), ticket))
        member.counts[ticket.priority] += 1
        self._length += 1
        if ticket.flow.namespace:
            self._waiters[ticket.flow.instance] += 1
        self._post(member)

    def leave(self, ticket: Ticket) -> None:
        """Give the place up, or leave it with the turn; who has left already has left."""
        if ticket.left:
            return
        ticket.left = True
        member = self._members[ticket.flow]
        member.counts[ticket.priority] -= 1
        member.tidy(ticket.priority)
        self._length -= 1
        if ticket.flow.namespace:
            self._waiters[ticket.flow.instance] -= 1
        if member.waiting == 0:
            self._flows[ticket.flow.instance] -= 1
            self._forget(member)

    def pop(self) -> Ticket:
        """Whose turn it is; it leaves the line."""
        behind = self._furthest_behind()
        self._virtual = max(self._virtual, behind.served)
        self._grants += 1
        member = behind if self._grants % _EVERY == 0 else self._first(behind)
        ticket = member.choose()
        member.served += self._cost(member) * (
            _BACKGROUND if not member.flow.namespace and ticket.priority is Priority.DRIFT else 1
        )
        member.order = next(self._counter)
        self.leave(ticket)
        self._post(member)
        return ticket

    def by_priority(self, now: float) -> Iterator[tuple[Priority, int, float]]:
        """How many of each priority wait, and for how many seconds the oldest has; goes over all flows."""
        active = [member for member in self._members.values() if member.waiting]
        for priority in Priority:
            heads = [head for member in active if (head := member.head(priority)) is not None]
            oldest = min((head.since_tick for head in heads), default=now)
            yield priority, sum(member.counts[priority] for member in active), now - oldest

    def waiters(self, instance: str) -> int:
        """How many of that instance's tenants' calls wait."""
        return self._waiters[instance]

    def turns_until_done(self, instance: str) -> int:
        """After how many turns the last of that instance's waiters has had its own; instances take turns."""
        own = self._waiters[instance]
        return sum(min(own, other) for other in self._waiters.values())

    def clear(self) -> None:
        """Send everybody away, and forget what they owe."""
        for member in self._members.values():
            for waiters in member.waiters:
                for _, _, _, ticket in waiters:
                    ticket.left = True
        self._members.clear()
        for heap in self._heaps:
            heap.clear()
        self._flows.clear()
        self._waiters.clear()
        self._virtual, self._length, self._forget_beyond = 0.0, 0, _FORGET_BEYOND

    def _first(self, behind: _Member) -> _Member:
        """The flow with the most urgent waiter among those that are not too far beyond their share."""
        for priority in Priority:
            member = self._top(priority)
            if member is not None and member.served <= behind.served + LEAD * self._cost(member):
                return member
        return behind

    def _furthest_behind(self) -> _Member:
        tops = [top for priority in Priority if (top := self._top(priority)) is not None]
        return min(tops, key=lambda member: (member.served, member.order))

    def _top(self, priority: Priority) -> _Member | None:
        """The flow furthest behind of those with a waiter of that priority."""
        heap = self._heaps[priority]
        while heap:
            served, order, member = heap[0]
            if member.counts[priority] and (member.served, member.order) == (served, order):
                return member
            heapq.heappop(heap)
            if member.posted[priority] == (served, order):
                member.posted[priority] = None
        return None

    def _post(self, member: _Member) -> None:
        key = (member.served, member.order)
        for priority in Priority:
            if member.counts[priority] and member.posted[priority] != key:
                member.posted[priority] = key
                heapq.heappush(self._heaps[priority], (*key, member))
                self._tidy(priority)

    def _tidy(self, priority: Priority) -> None:
        """Do not keep what is out of date for longer than what counts."""
        heap = self._heaps[priority]
        if len(heap) > 2 * len(self._members) + _FORGET_BEYOND:
            for _, _, member in heap:
                if not member.counts[priority]:
                    member.posted[priority] = None
            heap[:] = [entry for entry in heap if entry[2].posted[priority] == entry[:2]]
            heapq.heapify(heap)

    def _cost(self, member: _Member) -> int:
        """What a turn costs a flow: more, the more flows its instance's share is divided among."""
        return max(1, self._flows[member.flow.instance])

    def _forget(self, member: _Member) -> None:
        """Keep of those who do not wait only what they owe; an empty line owes nobody anything."""
        if self._length == 0:
            self.clear()
        elif member.served <= self._virtual:
            del self._members[member.flow]
        elif len(self._members) > self._forget_beyond:
            self._members = {
                flow: each for flow, each in self._members.items() if each.waiting or each.served > self._virtual
            }
            self._forget_beyond = 2 * len(self._members) + _FORGET_BEYOND

    def _ahead(self, member: _Member, priority: Priority) -> int:
        """How many go before a further waiter of that flow and priority, if nobody comes any more."""
        own = sum(member.counts[: priority + 1])
        others = self._flows.total() - 1
        if others <= 0:
            return own
        start = member.served + own * self._cost(member)
        looked = [
            self._before(other, start, member.order, own, priority)
            for other in islice(self._members.values(), _SAMPLE)
            if other is not member and other.waiting
        ]
        return own + round(sum(looked) * others / max(1, len(looked)))

    def _before(self, other: _Member, start: float, order: int, own: int, priority: Priority) -> int:
        """How many of another flow's waiters go before one that has `own` before it in its own flow."""
        cost = self._cost(other)
        due = max(0, int(-((other.served - start) // cost)))
        due += other.served + due * cost == start and other.order < order
        urgent, same = sum(other.counts[:priority]), other.counts[priority]
        ahead = min(urgent, due + LEAD) if urgent > due else min(urgent + same, due)
        lower = sum(other.counts[priority + 1 :])
        return ahead + max(0, min(lower, due - urgent - same - LEAD) if own >= LEAD else 0)
