"""Who is looked at next: namespaces take turns, so that one's ten thousand objects do not keep another's waiting."""

from __future__ import annotations

from collections import OrderedDict, deque

from connect_operator.domain.objects import ObjectKey


class ReadyQueue:
    """Keys that are due; of a namespace, those that a person has just edited go first. All operations cost O(1)."""

    def __init__(self) -> None:
        self._namespaces: OrderedDict[str, tuple[deque[ObjectKey], deque[ObjectKey]]] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._namespaces)

    def push(self, key: ObjectKey, *, edited: bool) -> None:
        """That key is due."""
        urgent, others = self._namespaces.setdefault(key.namespace, (deque(), deque()))
        (urgent if edited else others).append(key)

    def pop(self) -> ObjectKey:
        """The next key; there must be one."""
        namespace, (urgent, others) = next(iter(self._namespaces.items()))
        key = (urgent or others).popleft()
        self._namespaces.move_to_end(namespace)
        if not urgent and not others:
            del self._namespaces[namespace]
        return key
