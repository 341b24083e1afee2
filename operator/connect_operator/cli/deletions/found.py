"""Which objects of an instance are being deleted, and what each deletion would do in Connect."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from msgspec import UNSET

from connect_operator.cli.cluster import ClusterError, list_objects
from connect_operator.domain.kinds.objects import ConnectInstance, ConnectUser
from connect_operator.engine.store import Store
from connect_operator.engine.users.counts import UserCounter
from connect_operator.engine.users.memory import Memories
from connect_operator.kube.connection import Connection


@dataclass(frozen=True, slots=True)
class Found:
    """The ConnectInstance, and the objects under deletion that refer to it or whose user lives there."""

    manifest: ConnectInstance
    users: tuple[ConnectUser, ...]

    @property
    def waiting(self) -> tuple[ConnectUser, ...]:
        """Those whose deletion deletes a user."""
        return tuple(each for each in self.users if kept_because(each) is None)


async def find(opened: Connection, instance: str, namespaces: Collection[str] = ()) -> Found:
    """What is being deleted; no namespaces means all. Raises ClusterError."""
    objects = await list_objects(opened, namespaces)
    store = Store()
    for manifest in objects.instances:
        store.put_instance(manifest)
    for user in objects.users:
        store.put_user(user)
    found = store.instance(instance)
    if found is None:
        names = ", ".join(sorted(each.metadata.name for each in objects.instances)) or "none"
        raise ClusterError(f"there is no ConnectInstance {instance!r} in this cluster; there are: {names}")
    users = UserCounter(store, Memories(), "").users_of(instance)
    return Found(found, tuple(sorted((each for each in users if each.deleting), key=lambda each: each.key)))


def kept_because(user: ConnectUser) -> str | None:
    """Why the object's deletion deletes nobody anyway; None where it does."""
    spec = user.spec
    if not user.has_finalizer:
        return "has no user of its own"
    if spec is None:
        return "cannot be read"
    if spec.suspend:
        return "stays: suspended"
    if spec.management_policy == "Observe":
        return "stays: observed only"
    return (
        None
        if spec.deletion_policy in ("Delete", "Deactivate")
        else f"stays: deletionPolicy {spec.deletion_policy} already"
    )


def cells(user: ConnectUser) -> tuple[str, str, str]:
    """Object, username and user id, for a table."""
    user_id = user.status.user_id
    return str(user.key), user.username, "" if user_id is UNSET else user_id
