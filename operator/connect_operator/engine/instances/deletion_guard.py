"""The deletion guard: a wrong prune or an uninstalled CustomResourceDefinition must not erase a contact centre.

It is told of deletions and asked for a verdict. Which objects count is decided here; deletion_wave.py has the numbers.
It judges one Connect instance by its own numbers: an object counts when its deletion deletes a user there, or may; the
share is taken of the users in Connect that carry this cluster's owner tag. What is being uninstalled around an object
holds its deletion, however few there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from msgspec import UNSET

from connect_operator.domain.connect.arn import InstanceArn
from connect_operator.domain.connect.ownership import OWNER_TAG, Claim, claim_of, owner
from connect_operator.domain.kinds.objects import CONFIRM, ConnectInstance, ConnectUser
from connect_operator.domain.text.timestamps import epoch
from connect_operator.engine.instances.deletion_wave import Limits, Wave
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.lookup import InstanceLookup
from connect_operator.engine.instances.remembered import Memories, Remembered
from connect_operator.engine.instances.view import GuardView
from connect_operator.engine.ports import Clock
from connect_operator.engine.store import Store

# For how long a count of the users in an inventory serves, where users come and go.
_COUNT_AGE = 1.0
# For how long it is taken as read what is being uninstalled.
TORN_AGE = 1.0
# For how long a confirmation that covers nothing here may be another operator's, in seconds.
_OTHERS_TIME = 20.0


@dataclass(slots=True)
class Guard:
    """Judges deletions. `cluster_id` is the first part of the owner tag."""

    store: Store
    memories: Memories
    lookup: InstanceLookup
    clock: Clock
    cluster_id: str
    _homes: dict[str, Wave] = field(default_factory=dict)

    def note_deletion(self, user: ConnectUser) -> None:
        """This is how the object is now; perhaps it is being deleted, perhaps its user is to stay."""
        uid = user.metadata.uid
        home, proven = self._deletes_in(user)
        before = self._homes.get(uid)
        if before is not None and (home is None or before is not home.wave):
            self.gone(uid)
        if home is not None:
            self._homes[uid] = home.wave
            home.wave.add(uid, _asked(user, self.clock.now()), deactivates=_deactivates(user), proven=proven)

    def gone(self, uid: str) -> None:
        """The object does not exist any more."""
        wave = self._homes.pop(uid, None)
        if wave is not None:
            wave.drop(uid)

    def moved(self, instance: Instance) -> None:
        """Something else has changed that decides whose deletions count: users in Connect, or a ConnectInstance."""
        instance.wave.stale = True

    def note_pass(self, user: ConnectUser, instance: Instance) -> None:
        """A pass of that deletion begins: count it, judge all of the instance anew, and note what holds this one."""
        wave, uid = instance.wave, user.metadata.uid
        self.note_deletion(user)
        self.look(instance)
        wave.note_request(uid, self.memories.of(user).deleting_since_time)
        if not wave.holds(uid) and uid not in wave.confirmed and not self._is_unread(user, instance):
            _, torn = wave.torn[instance.name, user.metadata.namespace]
            wave.note_uninstalling(uid, torn or self._closed(user, instance))

    def view(self, user: ConnectUser, instance: Instance) -> GuardView:
        """What the guard says to the deletion of an object whose pass was noted."""
        wave, uid = instance.wave, user.metadata.uid
        least = min(each.min_pending for each in wave.limits.guards)
        applies = max(wave.users, len(wave.pending)) + wave.lately(self.clock.now()) > least
        said = GuardView(applies=applies, last_requested=wave.last_requested)
        if wave.holds(uid):
            return replace(said, paused=self.message(instance))
        if uid in wave.confirmed:
            return said
        if self._is_unread(user, instance):
            return replace(said, unread=True)
        torn = wave.uninstalling.get(uid, "")
        return replace(said, paused=self.message(instance, torn) if torn else "")

    def paused(self, user: ConnectUser, instance: Instance) -> str:
        """Why that deletion would wait, for somebody who only plans it: by the numbers alone; "" when it would not."""
        self.note_deletion(user)
        self.look(instance)
        return self.message(instance) if instance.wave.holds(user.metadata.uid) else ""

    def look(self, instance: Instance) -> bool:
        """Judge the deletions of an instance; tells whether its confirmation has done its work."""
        if not instance.observed:
            return False
        wave = instance.wave
        if wave.stale:
            self._count_pending(instance)
        if wave.size != len(instance.inventory) and self.clock.monotonic() - wave.counted >= _COUNT_AGE:
            self._count_users(instance)
        manifests = self._manifests(instance)
        confirmations = [each for each in manifests if each.confirmed]
        times = [epoch(each.confirmed_time) for each in confirmations]
        noted = None if None in times else max((time for time in times if time is not None), default=None)
        heeded = frozenset((each.metadata.uid, each.confirmed_time) for each in confirmations)
        wave.confirm(heeded or None, noted)
        guards = tuple(each.spec.deletion_guard for each in manifests if each.spec is not None)
        wave.judge(Limits(guards or (instance.spec.deletion_guard,)), self.clock.now())
        # An operator that sees only some namespaces leaves a confirmation alone that may be for another's objects, but
        # not for long: what it covered may have been carried out by a process that has ended since.
        old = noted is not None and self.clock.now() - noted > _OTHERS_TIME
        mine = wave.covered or not self.lookup.namespaces or old
        return bool(confirmations) and wave.over and mine

    def revoked(self, user: ConnectUser) -> tuple[Instance, InstanceArn] | None:
        """Where the user of a deleted object lives whose namespace may not use the instance any more.

        Proof is the owner tag: whoever has no user there can make nothing wait.
        """
        if not _deletes(user):
            return None
        for instance in self.lookup.instances.values():
            owned = instance.observed and instance.inventory.owned_by(user.metadata.uid) is not None
            if owned and instance.arn is not None and self._closed(user, instance):
                return instance, instance.arn
        return None

    def message(self, instance: Instance, torn: str = "") -> str:
        """What to tell those who wait: how many, why, and both ways out."""
        name, wave = instance.name, instance.wave
        lately = wave.lately(self.clock.now())
        total = wave.users + lately
        done, do = _fates(wave)
        if torn:
            what = (
                f"{torn}: {wave.waiting} of the {total} users that this cluster manages in ConnectInstance {name} "
                f"would be {done} in Connect with it"
            )
        else:
            guard = instance.spec.deletion_guard
            were = "1 was" if lately == 1 else f"{lately} were"
            before = f", and {were} within the last {guard.window}" if lately else ""
            what = (
                f"{wave.deleting or wave.waiting} of the {total} users that this cluster manages in ConnectInstance "
                f"{name} are to be {_intended(wave)}{before}, more than its deletion guard allows "
                f"({guard.max_pending} and {guard.min_pending})"
            )
        ignored = self.ignored(instance)
        annotate = f"kubectl annotate connectinstance {name} {CONFIRM}=true{' --overwrite' if ignored else ''}"
        return (
            f"{what}; none is {done} until that is confirmed. To {do} them: connect-operator confirm-deletions "
            f"{name} (or {annotate}). To keep them: connect-operator keep-deletions {name}"
            f"{'. ' if ignored else ''}{ignored}"
        )

    def ignored(self, instance: Instance) -> str:
        """What to say of a confirmation that is none; "" when there is nothing to say."""
        manifest = self.store.instance(instance.name)
        value = manifest.metadata.annotations.get(CONFIRM) if manifest is not None else None
        if value is None or value == "true":
            return ""
        return f'The annotation {CONFIRM} is {value[:40]!r}, which confirms nothing: only "true" does'

    def waiting_message(self, instance: Instance) -> str:
        """What a ConnectInstance has to tell of its deletions; "" when none waits."""
        wave = instance.wave
        if wave.paused:
            return self.message(instance)
        return self.message(instance, next(iter(wave.uninstalling.values()))) if wave.uninstalling else ""

    def _count_pending(self, instance: Instance) -> None:
        """A full count: over all objects, so not in every pass."""
        instance.wave.stale = False
        found = set()
        for user in self.store.users():
            if user.deleting:
                self.note_deletion(user)
                if self._homes.get(user.metadata.uid) is instance.wave:
                    found.add(user.metadata.uid)
        instance.wave.keep_only(found)

    def _count_users(self, instance: Instance) -> None:
        wave, prefix = instance.wave, f"{self.cluster_id}/"
        wave.users = sum(record.user.tags.get(OWNER_TAG, "").startswith(prefix) for record in instance.inventory)
        wave.size, wave.counted = len(instance.inventory), self.clock.monotonic()

    def _manifests(self, instance: Instance) -> list[ConnectInstance]:
        """All ConnectInstances of this Connect instance."""
        names = [name for name, each in self.lookup.instances.items() if each.wave is instance.wave]
        found = (self.store.instance(name) for name in names)
        return [each for each in found if each is not None and each.spec is not None]

    def _is_unread(self, user: ConnectUser, instance: Instance) -> bool:
        """Whether it has to be read yet, or again, what is being uninstalled around the object."""
        read, _ = instance.wave.torn.get((instance.name, user.metadata.namespace), (float("-inf"), ""))
        return read < self.memories.of(user).deleting_since_tick or self.clock.monotonic() - read > TORN_AGE

    def _closed(self, user: ConnectUser, instance: Instance) -> str:
        """Whether the object's namespace may not use the instance any more, in words."""
        namespace = user.metadata.namespace
        if instance.spec.allows_namespace(namespace):
            return ""
        return f"ConnectInstance {instance.name} does not admit namespace {namespace} any more (spec.allowedNamespaces)"

    def _deletes_in(self, user: ConnectUser) -> tuple[Instance | None, bool]:
        """The instance in which the object deletes a user, None for none; and whether it is proven to have one."""
        if not _deletes(user):
            return None, False
        memory = self.memories.peek(user.key)
        if memory is not None and memory.uid != user.metadata.uid:
            memory = None
        usable = self.lookup.to_instance(user, memory.home if memory is not None else "")
        if not isinstance(usable, tuple):
            found = self.revoked(user)
            # It waits by itself, until it is confirmed; who is not admitted holds nobody else up.
            return (found[0], False) if found is not None else (None, False)
        instance = usable[0]
        if _deactivates(user) and instance.spec.inactive is UNSET:
            return None, False  # nothing is done to the user until the ConnectInstance says what, and then it counts
        has = self._has_user(user, memory, instance)
        return (None, False) if has is None else (instance, has)

    def _has_user(self, user: ConnectUser, memory: Remembered | None, instance: Instance) -> bool | None:
        """Whether a user there is the object's; False: perhaps, for no list shows it or its tags yet; None: none is."""
        inventory = instance.inventory
        if memory is not None and memory.gone:
            return None
        if inventory.owned_by(user.metadata.uid) is not None:
            return True
        if memory is not None and memory.user_id:
            record = inventory.get(memory.user_id)
            mine = record is None or self._claim(user, record.user.tags) in (Claim.MINE, Claim.MISSING)
            return True if mine else None
        record = inventory.named(user.username)
        perhaps = self._is_young(user, instance) if record is None else record.partial
        return False if perhaps else None

    def _is_young(self, user: ConnectUser, instance: Instance) -> bool:
        """Whether status says that the user was created so recently that no list needs to show it.

        A former process made it. Whoever forges that makes no deletion wait but that of the own object.
        """
        status = user.status
        created = epoch(status.created_time) if status.created_time is not UNSET else None
        here = status.instance_arn is not UNSET and status.instance_arn == str(instance.arn)
        return here and created is not None and abs(self.clock.now() - created) < instance.services.window

    def _claim(self, user: ConnectUser, tags: dict[str, str]) -> Claim:
        meta = user.metadata
        return claim_of(tags, owner(self.cluster_id, meta.uid, meta.namespace, meta.name))


def _fates(wave: Wave) -> tuple[str, str]:
    """What becomes of those who wait, as "none is ..." and as "to ... them"."""
    if not wave.deactivating:
        return "deleted", "delete"
    return ("deleted or deactivated", "delete or deactivate") if wave.deleting else ("deactivated", "deactivate")


def _intended(wave: Wave) -> str:
    if wave.deleting and wave.deactivating:
        return f"deleted, and {wave.deactivating} to be deactivated"
    return "deleted" if wave.deleting else "deactivated"


def _deletes(user: ConnectUser) -> bool:
    """Whether the object's deletion is to delete a user in Connect, or to lock one out for good."""
    spec = user.spec
    if spec is None or not user.deleting or not user.has_finalizer:
        return False
    leaves = spec.deletion_policy in ("Delete", "Deactivate")
    return leaves and spec.management_policy == "Manage" and not spec.suspend


def _deactivates(user: ConnectUser) -> bool:
    """Whether what is to be done to the user is the latter."""
    return user.spec is not None and user.spec.deletion_policy == "Deactivate"


def _asked(user: ConnectUser, now: float) -> float:
    """When the object's deletion was asked for, in epoch seconds."""
    stamp = user.metadata.deletion_timestamp
    asked = epoch(stamp) if stamp is not UNSET else None
    return now if asked is None else asked
