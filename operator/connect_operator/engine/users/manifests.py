"""The newest manifest of an object, read again where only a stub of it is known and somebody admits it by now."""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.domain.kinds.objects import ConnectUser, ObjectKey
from connect_operator.engine.instances.deletion_guard import Guard
from connect_operator.engine.instances.lookup import InstanceLookup
from connect_operator.engine.instances.unusable import Unusable
from connect_operator.engine.store import Store
from connect_operator.engine.users.memory import Memories
from connect_operator.engine.users.perform import Performer

LAGGING = 2.0
"""Seconds until an object is read again that the API server has shown as it was before."""


@dataclass(frozen=True, slots=True)
class Manifests:
    """Reads them."""

    store: Store
    memories: Memories
    lookup: InstanceLookup
    guard: Guard
    performer: Performer

    async def newest(self, key: ObjectKey) -> ConnectUser | None:
        """The object as it is known, whole where an instance may be written to for it. Raises ClusterUnavailableError.

        Where the API server lags behind, it still is a stub.
        """
        user = self.store.user(key)
        if user is None or user.whole or not self._is_admitted(user):
            return user
        await self.performer.read_again(user)
        return self.store.user(key)

    def _is_admitted(self, user: ConnectUser) -> bool:
        usable = self.lookup.to_instance(user, self.memories.of(user).home)
        return not isinstance(usable, Unusable) or self.guard.revoked(user) is not None
