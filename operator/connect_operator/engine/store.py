"""The desired-state store: the latest manifest of every object, and which change is worth a look.

Fed by the watch and by the operator's own writes (whose answers are newer than the watch). It forgets what is deleted
and never holds more than one version of an object.
"""

from __future__ import annotations

import bisect
import enum
from collections.abc import Iterator

from msgspec import UNSET

from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.kinds.assignment import ConnectContactAssignment
from connect_operator.domain.kinds.objects import ConnectInstance, ConnectUser, ObjectKey, Version
from connect_operator.engine.stubs import stub_of
from connect_operator.engine.tombstones import Tombstones, is_older


class News(enum.Enum):
    """What a delivered version of an object means for reconciling."""

    NOTHING = "nothing that matters has changed"
    NEW = "an object that was not known"
    EDITED = "somebody changed the spec, or asked for deletion"
    TOUCHED = "the operator's own marks on the object were changed by somebody else, or a look now was asked for"


class Store:
    """The latest version of every ConnectUser and ConnectInstance.

    Of ConnectUsers that no instance admits it holds whatever it is given; who takes them in asks `kept`.
    """

    def __init__(self) -> None:
        self._users: dict[ObjectKey, ConnectUser] = {}
        self._uids: dict[str, ObjectKey] = {}
        self._names: dict[str, list[tuple[tuple[str, str], ObjectKey]]] = {}
        """By username, the oldest first: there may be thousands that ask for one."""
        self._instances: dict[str, ConnectInstance] = {}
        self.gone_users = Tombstones()
        self.gone_instances = Tombstones()

    def put_user(self, user: ConnectUser) -> News:
        """Take in a version of an object; one that is older than what is known of that name is ignored."""
        before = self._users.get(user.key)
        if before is not None and is_older(user.metadata, before.metadata):
            return News.NOTHING
        if self.gone_users.covers(user.key, user.metadata):
            return News.NOTHING
        self.gone_users.lift(user.key)
        if before == user:
            return News.NOTHING  # the one that is known stays: what is remembered beside it has parts of it
        if before is not None and before.metadata.uid != user.metadata.uid:
            self._uids.pop(before.metadata.uid, None)
        key = user.key
        if before is None or (before.username, seniority(before)) != (user.username, seniority(user)):
            if before is not None:
                self._unname(before)
            bisect.insort(self._names.setdefault(user.username, []), (seniority(user), key))
        self._users[key] = user
        self._uids[user.metadata.uid] = key
        return _user_news(before, user)

    def drop_user(self, key: ObjectKey, uid: str | None = None, version: str = "") -> bool:
        """Forget a deleted object; with `uid` only that very one, not its successor of the same name.

        `version`: at which it was gone, where that is known.
        """
        known = self._users.get(key)
        if known is None:
            self.gone_users.bury(key, version)
            return False
        if uid is not None and known.metadata.uid != uid:
            return False
        self.gone_users.bury(key, known.metadata.resource_version, version)
        del self._users[key]
        self._uids.pop(known.metadata.uid, None)
        self._unname(known)
        return True

    def user(self, key: ObjectKey) -> ConnectUser | None:
        """The latest version of that object."""
        return self._users.get(key)

    def user_of_uid(self, uid: str) -> ConnectUser | None:
        """The live object of that uid."""
        key = self._uids.get(uid)
        return self._users.get(key) if key is not None else None

    def namesakes(self, user: ConnectUser) -> Iterator[ConnectUser]:
        """The other live objects that ask for the same username, wherever, the oldest first, as of now."""
        others = (self._users.get(key) for _, key in tuple(self._names.get(user.username, ())) if key != user.key)
        return (each for each in others if each is not None and not each.deleting)

    def users(self) -> Iterator[ConnectUser]:
        """All objects, as of now."""
        return iter(tuple(self._users.values()))

    def by_key(self) -> Iterator[tuple[ObjectKey, ConnectUser]]:
        """The same with their keys: making ten thousand anew takes longer than looking at the objects."""
        return iter(tuple(self._users.items()))

    def put_instance(self, instance: ConnectInstance) -> News:
        """Take in a version of a ConnectInstance, likewise."""
        before = self._instances.get(instance.metadata.name)
        if before is not None and is_older(instance.metadata, before.metadata):
            return News.NOTHING
        if self.gone_instances.covers(instance.key, instance.metadata):
            return News.NOTHING
        self.gone_instances.lift(instance.key)
        self._instances[instance.metadata.name] = instance
        if before is None or before.metadata.uid != instance.metadata.uid:
            return News.NEW
        if before.metadata.generation != instance.metadata.generation:
            return News.EDITED
        same_marks = (before.metadata.deletion_timestamp, before.metadata.annotations) == (
            instance.metadata.deletion_timestamp,
            instance.metadata.annotations,
        )
        return News.NOTHING if same_marks else News.TOUCHED

    def drop_instance(self, name: str, uid: str | None = None, version: str = "") -> bool:
        """Forget a deleted ConnectInstance, likewise."""
        known, key = self._instances.get(name), ObjectKey("", name)
        if known is None:
            self.gone_instances.bury(key, version)
            return False
        if uid is not None and known.metadata.uid != uid:
            return False
        self.gone_instances.bury(key, known.metadata.resource_version, version)
        del self._instances[name]
        return True

    def instance(self, name: str) -> ConnectInstance | None:
        """The latest version of that ConnectInstance."""
        return self._instances.get(name)

    def instances(self) -> tuple[ConnectInstance, ...]:
        """All ConnectInstances."""
        return tuple(self._instances.values())

    def instance_of(self, subject: ConnectUser | ConnectContactAssignment) -> tuple[ConnectInstance, ...]:
        """The ConnectInstances that an object's reference fits: by name one at most, by id perhaps several."""
        spec = subject.spec
        if spec is None:
            return ()
        if spec.instance_ref is not UNSET:
            found = self._instances.get(spec.instance_ref.name)
            return () if found is None else (found,)
        if spec.instance_id is UNSET:
            return ()
        return self.for_id(bare_id(spec.instance_id))

    def for_id(self, wanted: str) -> tuple[ConnectInstance, ...]:
        """The ConnectInstances for the Connect instance of that bare id."""
        return tuple(
            instance
            for instance in self._instances.values()
            if instance.spec is not None and bare_id(instance.spec.instance_id) == wanted
        )

    def homes_of(self, user: ConnectUser) -> tuple[ConnectInstance, ...]:
        """The ConnectInstances for the Connect instance in which the user lives, by its status."""
        home = user.status.instance_arn
        return () if home is UNSET else self.for_id(bare_id(home))

    def admits(self, subject: ConnectUser | ConnectContactAssignment) -> bool:
        """Whether a ConnectInstance that the object's reference fits admits its namespace."""
        namespace = subject.metadata.namespace
        return any(
            each.spec is not None and each.spec.allows_namespace(namespace) for each in self.instance_of(subject)
        )

    def admitting(self, namespace: str) -> tuple[str, ...]:
        """The names of the ConnectInstances that admit that namespace."""
        named = ((each.metadata.name, each.spec) for each in self._instances.values())
        return tuple(sorted(name for name, spec in named if spec is not None and spec.allows_namespace(namespace)))

    def kept(self, user: ConnectUser) -> ConnectUser:
        """What is kept of that version of an object: the whole of it, or a stub where no instance admits it."""
        return user if not user.whole or self.admits(user) else stub_of(user)

    def shrink(self, user: ConnectUser) -> None:
        """Let go of what is not needed of an object that no instance admits any more."""
        if self._users.get(user.key) is user:
            self._users[user.key] = self.kept(user)

    def known_users(self) -> dict[ObjectKey, Version]:
        """Which version of every ConnectUser is known, to compare with a full list."""
        return {key: Version(user.metadata.uid, user.metadata.resource_version) for key, user in self._users.items()}

    def known_instances(self) -> dict[ObjectKey, Version]:
        """Likewise of every ConnectInstance."""
        return {
            each.key: Version(each.metadata.uid, each.metadata.resource_version) for each in self._instances.values()
        }

    def __len__(self) -> int:
        return len(self._users)

    def _unname(self, user: ConnectUser) -> None:
        known, entry = self._names.get(user.username, []), (seniority(user), user.key)
        at = bisect.bisect_left(known, entry)
        if known[at : at + 1] == [entry]:
            del known[at]
            if not known:
                del self._names[user.username]


def seniority(user: ConnectUser) -> tuple[str, str]:
    """Orders objects by age, the oldest first; of two of the same second, the one with the smaller uid."""
    return user.metadata.creation_timestamp, user.metadata.uid


def _user_news(before: ConnectUser | None, user: ConnectUser) -> News:
    if before is None or before.metadata.uid != user.metadata.uid:
        return News.NEW
    if before.metadata.generation != user.metadata.generation or before.deleting != user.deleting:
        return News.EDITED
    if before.has_finalizer != user.has_finalizer or before.requested != user.requested:
        return News.TOUCHED
    return News.NOTHING
