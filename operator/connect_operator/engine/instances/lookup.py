"""The only door: which instance an object may use, checked before anything is read or written there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from msgspec import UNSET

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.arn import InstanceArn, bare_id, parse_instance_arn
from connect_operator.domain.kinds.assignment import ConnectContactAssignment
from connect_operator.domain.kinds.objects import ConnectInstance, ConnectUser
from connect_operator.domain.kinds.spec import AllowedNamespace
from connect_operator.engine.instances import homes
from connect_operator.engine.instances.homes import Unread
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.record import NEVER
from connect_operator.engine.instances.unusable import (
    Unusable,
    closed,
    elsewhere,
    leaving,
    not_observed,
    not_one,
    not_ready,
    unresolved,
)
from connect_operator.engine.store import Store

# Seconds between looks whether the other instances have been read; the longer where each wakes whoever waits for it.
_READING = 1.0
_IN_CASE = 30.0
# As many who ask for the same username as are told; whom they wait for is the oldest.
_MOST_RIVALS = 10


@dataclass(frozen=True, slots=True)
class InstanceLookup:
    """Finds the instance of an object. `namespaces` are those that are watched; empty: all."""

    store: Store
    instances: Mapping[str, Instance]
    namespaces: frozenset[str] = field(default_factory=frozenset)

    def watches(self, namespace: str) -> bool:
        """Whether objects of that namespace are seen by this operator."""
        return not self.namespaces or namespace in self.namespaces

    def to_instance(self, user: ConnectUser, home: str = "") -> tuple[Instance, InstanceArn] | Unusable:
        """The observed instance that the object may use. `home`: the ARN of that in which its user lives, if known.

        Whether the namespace is admitted is judged for the instance in question, so for the home where there is one.
        """
        if user.spec is None:
            return Unusable(
                Verdict(reason=Reason.INVALID_SPEC, message=f"the manifest cannot be read: {user.spec_error}")
            )
        tagged = "" if home else homes.by_tag(user, self.instances.values())
        if user.has_finalizer and not home and (not tagged or tagged != homes.told(user)) and self._is_reading():
            # An instance that is still being read may hold its user, whatever status says: others may have written it.
            return Unusable(None, requeue_after=_IN_CASE)
        home = home or tagged or self.home(user)
        manifest = _admitted(user, self._candidates(user, home), self.store)
        name = manifest.metadata.name if isinstance(manifest, ConnectInstance) else ""
        instance = self.instances.get(name)
        arn = instance.arn if instance is not None else None
        if home and home != str(arn) and (arn is not None or isinstance(manifest, Unusable)):
            return self._at_home(user, home, manifest)
        if isinstance(manifest, Unusable):
            return manifest
        if manifest.deleting and not home and _would_manage(user):
            return Unusable(unresolved(leaving(name)))
        if instance is None or arn is None or not instance.observed:
            return Unusable(not_observed(user, instance), passing=True)
        told = _told(user)
        if told is not None and told != arn:
            return Unusable(unresolved(elsewhere(told, arn, name)))
        return instance, arn

    def _is_reading(self) -> bool:
        """Whether an instance is still being read for the first time, and may be read whole."""
        return any(not each.observed and each.problem is None for each in self.instances.values())

    def home(self, user: ConnectUser) -> str:
        """The ARN of the instance in which the object's user lives or may have been made; "" when it has none.

        A user that carries the object's tag tells more than status, which others may have written.
        """
        if not user.has_finalizer:
            return ""
        return homes.by_tag(user, self.instances.values()) or homes.told(user)

    def doubles(self, user: ConnectUser, home: InstanceArn) -> tuple[str, ...]:
        """See homes.doubles."""
        return homes.doubles(user, self.instances.values(), home)

    def unread(self, user: ConnectUser, home: str = "", *, doubted: bool = False) -> Unread | None:
        """See homes.unread."""
        return homes.unread(user, self.instances.values(), home, doubted=doubted)

    def shows_none(self, user: ConnectUser, home: str, after: float) -> bool:
        """Whether a sweep of the object's home that began after that time shows no user that carries its tag."""
        home = home or homes.told(user)
        return any(
            (each.inventory.swept_tick or NEVER) > after and each.inventory.owned_by(user.metadata.uid) is None
            for each in self.instances.values()
            if str(each.arn) == home and each.observed
        )

    def claims(self, user: ConnectUser) -> str:
        """The ARN of the instance in which the object, admitted there, asks for its username; "" when in none."""
        manifest = _admitted(user, self._candidates(user, self.home(user)), self.store)
        instance = self.instances.get(manifest.metadata.name) if isinstance(manifest, ConnectInstance) else None
        return str(instance.arn) if instance is not None and instance.arn is not None else ""

    def rivals(self, user: ConnectUser, arn: str) -> tuple[ConnectUser, ...]:
        """The other live objects that would manage a user of that name in that instance, and may: the oldest few.

        A namespace may have thousands of one name, each of whose passes asks for the others.
        """
        claiming = (each for each in self.store.namesakes(user) if _would_manage(each) and self.claims(each) == arn)
        return tuple(islice(claiming, _MOST_RIVALS))

    def for_assignment(self, assignment: ConnectContactAssignment) -> tuple[Instance, InstanceArn] | Unusable:
        """Likewise for an assignment, which needs to know the instance but not its users."""
        manifest = _admitted(assignment, self._meant(assignment), self.store)
        if isinstance(manifest, Unusable):
            return manifest
        name = manifest.metadata.name
        instance = self.instances.get(name)
        if instance is None or instance.facts is None or instance.arn is None:
            problem = instance.problem if instance is not None else None
            return Unusable(None if problem is None else not_ready(name, problem))
        told = _told(assignment)
        if told is not None and told != instance.arn:
            return Unusable(unresolved(elsewhere(told, instance.arn, name)))
        return instance, instance.arn

    def concerns(self, user: ConnectUser, name: str, home: str = "") -> bool:
        """Whether what is new about that ConnectInstance is about a user that asks for it, or lives there, or may.

        `home`: the ARN of the instance in which it lives, if known better than by status.
        """
        if user.has_finalizer and not home:
            return True  # a tag may have come to light
        if any(each.metadata.name == name for each in self.store.instance_of(user)):
            return True
        arn = _arn(self.instances.get(name))
        return arn is not None and (home or user.status.instance_arn) == str(arn)

    def _meant(self, subject: ConnectUser | ConnectContactAssignment) -> tuple[ConnectInstance, ...]:
        """The ConnectInstances that an object may mean: of several for one instance id those its namespace may use.

        One that is being deleted counts only when there is no other. Of those that it may not use nobody tells how many
        there are.
        """
        found = self.store.instance_of(subject)
        staying = tuple(each for each in found if not each.deleting) or found
        if len(staying) == 1:
            return staying
        admitting = self.store.admitting(subject.metadata.namespace)
        return tuple(each for each in staying if each.metadata.name in admitting) or staying[:1]

    def _candidates(self, user: ConnectUser, home: str) -> tuple[ConnectInstance, ...]:
        """The ConnectInstances that a user's object may mean, of which its user's own home decides, if there is one."""
        meant = self._meant(user)
        at_home = [each for each in meant if home and str(_arn(self.instances.get(each.metadata.name))) == home]
        if len(meant) > 1 and at_home:
            return (min(at_home, key=lambda each: (each.metadata.creation_timestamp, each.metadata.name)),)
        return meant

    def grant(self, subject: ConnectUser | ConnectContactAssignment, instance: Instance) -> AllowedNamespace:
        """What the object's namespace may give in that instance; nothing at all where it is not admitted any more."""
        namespace = subject.metadata.namespace
        none = AllowedNamespace(
            name=namespace,
            security_profile_names=(),
            routing_profile_names=(),
            hierarchy_group_paths=(),
            email_domains=(),
        )
        return instance.spec.grant(namespace) or none

    def wanted(self, user: ConnectUser) -> str:
        """The instance that the manifest asks for: its ARN, or an ID that is surely not that of the user's home.

        "" as long as it is not known.
        """
        found = self._candidates(user, "")
        if not found and _is_away(user, self.home(user)):
            return "" if user.spec is None else str(user.spec.instance_id)
        instance = self.instances.get(found[0].metadata.name) if len(found) == 1 else None
        return str(instance.arn) if instance is not None and instance.facts is not None else ""

    def _at_home(
        self, user: ConnectUser, home: str, manifest: ConnectInstance | Unusable
    ) -> tuple[Instance, InstanceArn] | Unusable:
        """The instance that the user lives in, though the manifest asks for another, or for none that it may use."""
        there = [each for each in self.instances.values() if each.arn is not None and str(each.arn) == home]
        admitting = [each for each in there if each.spec.allows_namespace(user.metadata.namespace)]
        if there and not admitting:
            return Unusable(closed(user, there[0].name, home), final=True)
        if isinstance(manifest, Unusable):
            # A deletion needs nothing of what the manifest asks for.
            lost = _is_away(user, home) and not self._candidates(user, home)
            if not (admitting and (user.deleting or lost)):
                return manifest
        for instance in admitting:
            if instance.observed and instance.arn is not None:
                return instance, instance.arn
        if admitting:
            return Unusable(not_observed(user, admitting[0]), passing=True)
        if self._is_reading():
            # An instance by an ID alone tells its ARN when it was read: it may be the very home.
            return Unusable(None, requeue_after=_READING)
        wanted = self.wanted(user)
        if not wanted:
            return Unusable(None)  # the instance that is asked for is not known yet: it may be the very one
        message = (
            f"the manifest asks for instance {wanted}, but the user lives in {home}, for which no ConnectInstance is "
            f"ready; create a ConnectInstance for {home} again"
        )
        return Unusable(Verdict(reason=Reason.IMMUTABLE_FIELD, message=message))


def _is_away(user: ConnectUser, home: str) -> bool:
    """Whether the manifest names an instance by an ID that is not its user's home's: no ConnectInstance mends that."""
    told = UNSET if user.spec is None else user.spec.instance_id
    return bool(home) and told is not UNSET and bare_id(told) != bare_id(home)


def _admitted(
    subject: ConnectUser | ConnectContactAssignment, found: tuple[ConnectInstance, ...], store: Store
) -> ConnectInstance | Unusable:
    """The one ConnectInstance that is meant, if objects of that namespace may use it."""
    if len(found) != 1:
        return Unusable(unresolved(not_one(subject, found, store)))
    [manifest] = found
    name = manifest.metadata.name
    if manifest.spec is None:
        message = f"ConnectInstance {name} cannot be read: {manifest.spec_error}"
        return Unusable(unresolved(Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=message)))
    if not manifest.spec.allows_namespace(subject.metadata.namespace):
        return Unusable(closed(subject, name, bare_id(manifest.spec.instance_id)), final=True)
    return manifest


def _told(subject: ConnectUser | ConnectContactAssignment) -> InstanceArn | None:
    """The instance's ARN, where the manifest gives that."""
    spec = subject.spec
    return None if spec is None or spec.instance_id is UNSET else parse_instance_arn(spec.instance_id)


def _arn(instance: Instance | None) -> InstanceArn | None:
    return instance.arn if instance is not None else None


def _would_manage(user: ConnectUser) -> bool:
    """Whether a user would be made or taken over for the object."""
    spec = user.spec
    return not user.deleting and spec is not None and spec.management_policy == "Manage" and not spec.suspend
