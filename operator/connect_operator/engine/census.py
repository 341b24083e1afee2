"""Counting: which objects belong to an instance, how many are Ready, how many deletions wait."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET

from connect_operator.domain.objects import ConnectInstance, ConnectUser
from connect_operator.domain.ownership import OWNER_TAG, parse_owner
from connect_operator.domain.status import UserCounts, find_condition
from connect_operator.domain.timestamps import epoch
from connect_operator.engine.instance import Instance
from connect_operator.engine.memory import Memories, Memory
from connect_operator.engine.store import Store


@dataclass(frozen=True, slots=True)
class Census:
    """Counts over the store. Each look goes over all objects: 10 000 take some 10 ms, so not in every pass."""

    store: Store
    memories: Memories
    cluster_id: str

    def users_of(self, name: str) -> list[ConnectUser]:
        """The objects that refer to that ConnectInstance, or whose user lives there."""
        manifest = self.store.instance(name)
        arn = manifest.status.instance_arn if manifest is not None else UNSET
        return [
            user
            for user in self.store.users()
            if any(each.metadata.name == name for each in self.store.instance_of(user))
            or (user.held and arn is not UNSET and user.status.instance_arn == arn)
        ]

    def paused(self, user: ConnectUser, instance: Instance) -> str:
        """Why the deletion guard holds that object's deletion; "" when it does not. By the last look."""
        if not instance.wave.holds(user.metadata.uid):
            return ""
        users = len(self.users_of(instance.name))
        return instance.wave.message(instance.name, users, instance.spec.deletion_guard)

    def dependants(self, manifest: ConnectInstance) -> list[ConnectUser]:
        """The objects that may have a user in Connect and would be left without a ConnectInstance if this one went."""
        return [
            user
            for user in self.users_of(manifest.metadata.name)
            if user.held
            and not any(self._serves(each, user) for each in self.store.instances() if each is not manifest)
        ]

    def _serves(self, other: ConnectInstance, user: ConnectUser) -> bool:
        """Whether another ConnectInstance, which is for the user's instance, is one that the object refers to."""
        home, arn = user.status.instance_arn, other.status.instance_arn
        same = home is UNSET or arn is UNSET or home == arn
        return same and not other.deleting and other in self.store.instance_of(user)

    def counts(self, instance: Instance) -> UserCounts:
        """Users in Connect, how many of them this cluster owns, how many objects are Ready, how many differ."""
        managed = 0
        for record in instance.inventory:
            tag = record.user.tags.get(OWNER_TAG)
            other = parse_owner(tag) if tag else None
            managed += other is not None and other.cluster == self.cluster_id
        standings = [standing(user, self.memories.peek(user.key)) for user in self.users_of(instance.name)]
        ready = sum(is_ready for is_ready, _ in standings)
        drifted = sum(differs for _, differs in standings)
        total = len(instance.inventory)
        return UserCounts(total=total, managed=managed, ready=ready, unmanaged=total - managed, drifted=drifted)

    def _has_user(self, user: ConnectUser, instance: Instance) -> bool:
        """Whether the object is known to have a user; one whose creation is in doubt would keep a wave from ending."""
        memory = self.memories.peek(user.key)
        known = user.status.user_id is not UNSET or (memory is not None and bool(memory.user_id))
        return known or instance.inventory.named(user.username) is not None

    def look(self, instance: Instance) -> bool:
        """Have the deletion guard judge the pending deletions; tells whether a confirmed wave is over."""
        users = self.users_of(instance.name)
        going = [user for user in users if _deletes(user) and self._has_user(user, instance)]
        manifest = self.store.instance(instance.name)
        covered = None
        if manifest is not None and manifest.confirmed:
            covered = [user.metadata.uid for user in going if _precedes(user, manifest.confirmed_time)]
        pending = [user.metadata.uid for user in going]
        return instance.wave.look(pending, len(users), instance.spec.deletion_guard, confirmed=covered)


def standing(user: ConnectUser, memory: Memory | None) -> tuple[bool, bool]:
    """Whether the object is Ready, and whether it differs: by the last pass, or as an earlier process left it."""
    if memory is not None and memory.status is not None:
        return memory.ready, memory.drifted
    ready = find_condition(user.status.conditions, "Ready")
    return ready is not None and ready.status == "True", user.status.plan is not UNSET


def _precedes(user: ConnectUser, confirmed_time: str) -> bool:
    """Whether the deletion was asked for when it was confirmed; what came later, perhaps after a restart, was not."""
    asked = user.metadata.deletion_timestamp
    noted, since = epoch(confirmed_time), epoch(asked) if asked is not UNSET else None
    return noted is None or since is None or since <= noted


def _deletes(user: ConnectUser) -> bool:
    """Whether the object's deletion will delete a user in Connect."""
    spec = user.spec
    if spec is None or not user.deleting or not user.held:
        return False
    return spec.deletion_policy == "Delete" and spec.management_policy == "Manage" and not spec.suspend
