"""Counting: which objects belong to an instance, and how many are Ready."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET

from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.connect.ownership import OWNER_TAG, parse_owner
from connect_operator.domain.kinds.objects import ConnectInstance, ConnectUser
from connect_operator.domain.kinds.status import ObjectCounts, UserCounts, find_condition
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.store import Store
from connect_operator.engine.users.memory import Memories, Memory


@dataclass(frozen=True, slots=True)
class UserCounter:
    """Counts over the store. Each look goes over all objects: 10 000 take some 10 ms, so not in every pass."""

    store: Store
    memories: Memories
    cluster_id: str

    def users_of(self, name: str, instance: Instance | None = None) -> list[ConnectUser]:
        """The objects that refer to that ConnectInstance and may use it, or whose user lives there.

        Objects of other namespaces count only by a user in Connect that carries their tag, once the users were read:
        finalizer and status may have been written by anybody who may write them.
        """
        manifest = self.store.instance(name)
        return [user for user in self.store.users() if manifest is not None and self._is_of(user, manifest, instance)]

    def _is_of(self, user: ConnectUser, manifest: ConnectInstance, instance: Instance | None) -> bool:
        arn = manifest.status.instance_arn
        lives = user.has_finalizer and arn is not UNSET and user.status.instance_arn == arn
        if manifest.spec is None or manifest.spec.allows_namespace(user.metadata.namespace):
            return lives or manifest in self.store.instance_of(user)
        if instance is None or not instance.observed:
            return lives
        return user.has_finalizer and instance.inventory.owned_by(user.metadata.uid) is not None

    def dependants(self, manifest: ConnectInstance, instance: Instance | None = None) -> list[ConnectUser]:
        """The objects that may have a user in Connect and would be left without a ConnectInstance if this one went."""
        return [
            user
            for user in self.users_of(manifest.metadata.name, instance)
            if user.has_finalizer
            and not any(self._serves(each, user) for each in self.store.instances() if each is not manifest)
            and not self._is_anothers(user, manifest)
        ]

    def _serves(self, other: ConnectInstance, user: ConnectUser) -> bool:
        """Whether another ConnectInstance, which is for the user's instance, is one that the object refers to."""
        home, arn = user.status.instance_arn, other.status.instance_arn
        same = home is UNSET or arn is UNSET or home == arn
        return same and _admits(other, user) and not other.deleting and other in self.store.instance_of(user)

    def _is_anothers(self, user: ConnectUser, manifest: ConnectInstance) -> bool:
        """Whether the object's namespace may not use that ConnectInstance, but another one for its user's instance."""
        if manifest.spec is None or _admits(manifest, user):
            return False
        same = self.store.for_id(bare_id(manifest.spec.instance_id))
        return any(_admits(each, user) and not each.deleting for each in same)

    def _standings(self, instance: Instance) -> list[tuple[bool, bool]]:
        """How those stand that are not let go: what others keep then says nothing of the instance."""
        users = self.users_of(instance.name, instance)
        return [standing(user, self.memories.peek(user.key)) for user in users if not user.is_let_go]

    def counts(self, instance: Instance) -> UserCounts:
        """Users in Connect, how many of them this cluster owns, how many objects are Ready, how many differ."""
        managed = 0
        for record in instance.inventory:
            tag = record.user.tags.get(OWNER_TAG)
            other = parse_owner(tag) if tag else None
            managed += other is not None and other.cluster == self.cluster_id
        standings = self._standings(instance)
        ready = sum(is_ready for is_ready, _ in standings)
        drifted = sum(differs for _, differs in standings)
        total = len(instance.inventory)
        return UserCounts(total=total, managed=managed, ready=ready, unmanaged=total - managed, drifted=drifted)

    def objects(self, instance: Instance) -> ObjectCounts:
        """The objects of the instance, and how many of them are not Ready, whatever the reason."""
        standings = self._standings(instance)
        return ObjectCounts(total=len(standings), not_ready=sum(not ready for ready, _ in standings))


def standing(user: ConnectUser, memory: Memory | None) -> tuple[bool, bool]:
    """Whether the object is Ready, and whether it differs: by the last pass, or as an earlier process left it."""
    if memory is not None and memory.telling.status is not None:
        return memory.telling.ready, memory.telling.drifted
    ready = find_condition(user.status.conditions, "Ready")
    return ready is not None and ready.status == "True", user.status.plan is not UNSET


def _admits(manifest: ConnectInstance, user: ConnectUser) -> bool:
    return manifest.spec is not None and manifest.spec.allows_namespace(user.metadata.namespace)
