"""In which instance an object's user lives, for all that its owner tag tells, and in which it may live unseen.

Status tells it, too, but others may have written it: it counts only where no tag can tell otherwise. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import UNSET

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.connect.arn import InstanceArn, bare_id
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.engine.instances.instance import Instance


class Unread(NamedTuple):
    """A ConnectInstance that cannot be read: its name, why, and since when it is tried (monotonic seconds)."""

    name: str
    problem: Verdict
    since_tick: float


def told(user: ConnectUser) -> str:
    """The ARN of the instance that status names; "" for none."""
    return "" if user.status.instance_arn is UNSET else user.status.instance_arn


def by_tag(user: ConnectUser, instances: Iterable[Instance]) -> str:
    """The ARN of the instance in which a user carries the object's tag; "" for none.

    Of several, which only somebody who copies tags can bring about, the one that status names, else the first.
    """
    if not user.has_finalizer:
        return ""
    arns = [str(each.arn) for each in _tagged(user, instances)]
    return told(user) if told(user) in arns else next(iter(arns), "")


def doubles(user: ConnectUser, instances: Iterable[Instance], home: InstanceArn) -> tuple[str, ...]:
    """The names of further ConnectInstances, which its namespace may use, with a user that carries the object's tag."""
    namespace, uid = user.metadata.namespace, user.metadata.uid
    elsewhere = (each for each in instances if each.arn != home and each.observed)
    admitting = (each for each in elsewhere if each.spec.allows_namespace(namespace))
    return tuple(sorted(each.name for each in admitting if _shows(each, uid)))


def unread(user: ConnectUser, instances: Iterable[Instance], home: str = "", *, doubted: bool = False) -> Unread | None:
    """The ConnectInstance, tried for the shortest time, that cannot be read and may hold the object's user.

    Only those count that its namespace may use and that stand for another instance than `home`. None where a tag tells
    where the user is, unless that one was made in doubt of another, and where the object never had one.
    """
    instances = tuple(instances)
    if not user.has_finalizer or (not doubted and by_tag(user, instances)):
        return None
    namespace = user.metadata.namespace
    found = (
        Unread(each.name, each.problem, each.since_tick)
        for each in instances
        if not each.observed and each.problem is not None and each.spec.allows_namespace(namespace)
        if not home or bare_id(each.spec.instance_id) != bare_id(home)
    )
    return max(found, key=lambda each: each.since_tick, default=None)


def _shows(instance: Instance, uid: str) -> bool:
    """Whether the last sweep showed it: nobody looks whether another object's user is gone for good."""
    record = instance.inventory.owned_by(uid)
    return record is not None and not record.missing


def _tagged(user: ConnectUser, instances: Iterable[Instance]) -> list[Instance]:
    uid = user.metadata.uid
    return [each for each in instances if each.observed and each.inventory.owned_by(uid) is not None]
