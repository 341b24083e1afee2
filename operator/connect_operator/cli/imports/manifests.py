"""The manifests of an imported instance: names, references, policies, and what cannot be written, with the reason.

A manifest that the API server would refuse is of no use. So each is checked by the rules of the kinds; an optional
field that breaks one is left out, and the user as a whole where nothing else helps. Both are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from connect_operator.cli.admission.judge import spec_violations
from connect_operator.cli.imports.former_names import former_names, instance_of
from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.connect.tag_room import MOST_TAGS
from connect_operator.domain.connect.user import ObservedUser
from connect_operator.domain.kinds.objects import GROUP, VERSION
from connect_operator.domain.kinds.spec import ConnectInstanceSpec
from connect_operator.domain.plan.desired import Catalogs
from connect_operator.domain.plan.export import Spec, export
from connect_operator.domain.rules.manifest_checks import Violation
from connect_operator.domain.rules.object_names import object_names

Manifest = dict[str, Any]

_REQUIRED = frozenset(
    {"username", "routingProfileId", "routingProfileName", "securityProfileIds", "securityProfileNames", ""}
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What the manifests say that Connect does not know. `folder`: where earlier ones are, whose names are kept."""

    namespace: str
    instance_name: str
    instance_id: str
    by_id: bool = False
    deletion_policy: str | None = None
    folder: Path | None = None

    @property
    def reference(self) -> Spec:
        """The member of a user's spec that says which instance."""
        return {"instanceId": self.instance_id} if self.by_id else {"instanceRef": {"name": self.instance_name}}


class Imported(NamedTuple):
    """The manifests of users by object name, and what could not be written as Connect holds it."""

    manifests: tuple[Manifest, ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    """The usernames of those who have no manifest."""


def instance_manifest(name: str, spec: ConnectInstanceSpec) -> Manifest:
    """The manifest of the ConnectInstance."""
    return _manifest("ConnectInstance", {"name": name}, msgspec.to_builtins(spec))


def user_manifests(users: Iterable[ObservedUser], identity_type: str, catalogs: Catalogs, wording: Wording) -> Imported:
    """A manifest for each user that can have one, in the order of the objects' names."""
    by_name = {user.username: user for user in users}
    former = former_names(wording.folder, wording.namespace, {instance_of(wording.reference)}) if wording.folder else {}
    names = object_names(by_name, former)
    manifests: list[Manifest] = []
    notes: list[str] = []
    left_out: list[str] = []
    for username in sorted(names, key=names.__getitem__):
        user = by_name[username]
        spec = {**wording.reference, **export(user, identity_type, catalogs)}
        spec |= {"deletionPolicy": wording.deletion_policy} if wording.deletion_policy else {}
        spec["adoptionPolicy"] = "IfUnowned"
        kept = _without_violations(spec, names[username], notes)
        if kept is not None:
            metadata = {"name": names[username], "namespace": wording.namespace}
            manifests.append(_manifest("ConnectUser", metadata, kept))
        else:
            left_out.append(username)
        if len(user.tags) >= MOST_TAGS:
            notes.append(
                f"{username}: has {len(user.tags)} tags, so the owner tag finds no room; remove one in Connect"
            )
    return Imported(tuple(manifests), tuple(notes), tuple(left_out))


def default_instance_name(instance_id: str) -> str:
    """A name for the ConnectInstance that is the same in every run: `connect-` and the first part of the id."""
    return f"connect-{bare_id(instance_id).lower().split('-', 1)[0]}"


def _without_violations(spec: Spec, name: str, notes: list[str]) -> Spec | None:
    """The spec without the fields that break a rule; None where only the whole user can be left out."""
    violations = spec_violations("ConnectUser", spec, name)
    fatal = [each for each in violations if _field(each) in _REQUIRED]
    if fatal:
        notes.append(f"{spec['username']}: left out, because {'; '.join(each.text for each in fatal)}")
        return None
    kept = dict(spec)
    for field in dict.fromkeys(_field(each) for each in violations):
        kept.pop(field, None)
        told = "; ".join(each.text for each in violations if _field(each) == field)
        notes.append(f"{spec['username']}: {field} is left out, because {told}")
    return kept


def _field(violation: Violation) -> str:
    """The member of spec that a violation is about."""
    return violation.field.split(".")[0].split("[")[0]


def _manifest(kind: str, metadata: dict[str, str], spec: Spec) -> Manifest:
    return {"apiVersion": f"{GROUP}/{VERSION}", "kind": kind, "metadata": metadata, "spec": spec}
