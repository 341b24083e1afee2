"""The operator's kinds as the API server lists them: where, what is known of each, and how to hand one over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from connect_operator.domain.objects import GROUP, VERSION, ObjectKey
from connect_operator.kube.comparison import Version
from connect_operator.kube.connection import checked_name
from connect_operator.kube.watch import Sink, deliver_assignment, deliver_instance, deliver_user

_ROOT = f"/apis/{GROUP}/{VERSION}"


class Known(Protocol):
    """What the sink knows at present, or knows to be gone. Instances have an empty namespace in their key."""

    def known_users(self) -> Mapping[ObjectKey, Version]:
        """All ConnectUsers."""
        ...

    def known_instances(self) -> Mapping[ObjectKey, Version]:
        """All ConnectInstances."""
        ...

    def known_assignments(self) -> Mapping[ObjectKey, Version]:
        """All ConnectContactAssignments."""
        ...

    def gone(self, plural: str) -> Mapping[ObjectKey, str]:
        """Of that kind, those of late that do not exist any more, with the version at which they were gone."""
        ...


@dataclass(frozen=True)
class Kind:
    """One kind: where it is listed, where one object is read, what is known, and how to deliver."""

    plural: str
    lists: tuple[str, ...]
    known: Callable[[], Mapping[ObjectKey, Version]]
    buried: Callable[[], Mapping[ObjectKey, str]]
    deliver: Callable[[dict[str, Any]], None]
    gone: Callable[[ObjectKey, str, str], None]

    def path(self, key: ObjectKey) -> str:
        """The path of one object."""
        middle = f"namespaces/{checked_name(key.namespace)}/" if key.namespace else ""
        return f"{_ROOT}/{middle}{self.plural}/{checked_name(key.name)}"


def all_kinds(known: Known, sink: Sink, namespaces: Collection[str]) -> tuple[Kind, ...]:
    """The kinds, those first that others refer to. No namespaces means all of them."""
    spaces = tuple(f"namespaces/{checked_name(name)}/" for name in namespaces) or ("",)
    return (
        Kind(
            "connectinstances",
            (f"{_ROOT}/connectinstances",),
            known.known_instances,
            lambda: known.gone("connectinstances"),
            lambda raw: deliver_instance(sink, raw),
            lambda key, uid, version: sink.instance_gone(key.name, uid, version),
        ),
        Kind(
            "connectusers",
            tuple(f"{_ROOT}/{space}connectusers" for space in spaces),
            known.known_users,
            lambda: known.gone("connectusers"),
            lambda raw: deliver_user(sink, raw),
            lambda key, uid, version: sink.user_gone(key.namespace, key.name, uid, version),
        ),
        Kind(
            "connectcontactassignments",
            tuple(f"{_ROOT}/{space}connectcontactassignments" for space in spaces),
            known.known_assignments,
            lambda: known.gone("connectcontactassignments"),
            lambda raw: deliver_assignment(sink, raw),
            lambda key, uid, version: sink.assignment_gone(key.namespace, key.name, uid, version),
        ),
    )
