"""What waits to be posted: namespaces take turns, and where there is no room, who has most waiting loses its newest.

Whoever edits its objects in a loop causes Events as fast as the API server takes them. In one line for all of them,
another tenant's Event would wait behind hundreds, or be dropped.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque

from connect_operator.domain.kinds.objects import Resource
from connect_operator.engine.ports import Event

Waiting = tuple[Resource, Event, float]
"""An Event about an object, and when it happened (epoch seconds)."""


class EventQueue(asyncio.Queue[Waiting]):
    """Fair between namespaces, in order within each; cluster-scoped objects count as one more."""

    def _init(self, maxsize: int) -> None:
        del maxsize
        self._queue = _Turns()

    def _put(self, item: Waiting) -> None:
        self._queue.append(item)

    def _get(self) -> Waiting:
        return self._queue.popleft()

    def put_fairly(self, item: Waiting) -> bool:
        """Queue it without waiting; False where an Event was lost: this one, or the newest of who has most waiting."""
        if not self.full():
            self.put_nowait(item)
            return True
        if self._queue.make_room(item[0].metadata.namespace):
            self.task_done()
            self.put_nowait(item)
        return False


class _Turns:
    """The Events by namespace, in the order of the namespaces' turns."""

    def __init__(self) -> None:
        self._namespaces: OrderedDict[str, deque[Waiting]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, item: Waiting) -> None:
        self._namespaces.setdefault(item[0].metadata.namespace, deque()).append(item)
        self._count += 1

    def popleft(self) -> Waiting:
        namespace, waiting = next(iter(self._namespaces.items()))
        item = waiting.popleft()
        self._namespaces.move_to_end(namespace)
        self._forget(namespace)
        return item

    def make_room(self, namespace: str) -> bool:
        """Drop the newest of the namespace that has most, if it has more than that one would have then."""
        own = len(self._namespaces.get(namespace, ()))
        largest = max(self._namespaces, key=lambda each: len(self._namespaces[each]))
        if len(self._namespaces[largest]) <= own + 1:
            return False
        self._namespaces[largest].pop()
        self._forget(largest)
        return True

    def _forget(self, namespace: str) -> None:
        self._count -= 1
        if not self._namespaces[namespace]:
            del self._namespaces[namespace]
