"""Who is looked at next: namespaces take turns, so that one's ten thousand objects do not keep another's waiting."""

from __future__ import annotations

import enum
from collections import OrderedDict, deque

from connect_operator.domain.kinds.objects import ObjectKey


class Due(enum.IntEnum):
    """Why an object is looked at; of a namespace, the smaller number goes first.

    What was wrong and is tried again comes last: it may be very much, all of it due at once, and hardly ever be better.
    """

    EDITED = 0
    NEW = 1
    AGAIN = 2


class ReadyQueue:
    """Keys that are due, first come first served among those of a namespace that are so for one reason.

    All operations cost O(1). A key that is pushed twice comes out twice.
    """

    def __init__(self) -> None:
        self._namespaces: OrderedDict[str, tuple[deque[ObjectKey], ...]] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._namespaces)

    def push(self, key: ObjectKey, why: Due) -> None:
        """That key is due."""
        queues = self._namespaces.get(key.namespace)
        if queues is None:
            queues = self._namespaces[key.namespace] = tuple(deque() for _ in Due)
        queues[why].append(key)

    def pop(self) -> ObjectKey:
        """The next key; there must be one."""
        namespace, queues = next(iter(self._namespaces.items()))
        key = next(queue for queue in queues if queue).popleft()
        self._namespaces.move_to_end(namespace)
        if not any(queues):
            del self._namespaces[namespace]
        return key
