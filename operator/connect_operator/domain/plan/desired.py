"""From a manifest to a DesiredUser: references resolved against the catalogs, names normalised, ARNs cut to ids."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from connect_operator.domain.conditions.conditions import RESOLVED
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect import references
from connect_operator.domain.connect.arn import InstanceArn, bare_id, foreign_instance
from connect_operator.domain.connect.references import Catalog, CatalogKind, Shown, Unresolved
from connect_operator.domain.connect.user import DesiredUser
from connect_operator.domain.kinds.spec import ConnectUserSpec
from connect_operator.domain.kinds.status import Resolved
from connect_operator.domain.rules.identity import DIRECTORY, in_normal_form

# What an instance has, by kind; a kind that is missing could not be listed.
Catalogs = Mapping[CatalogKind, Catalog]


class _PerChannel(Protocol):
    @property
    def channel(self) -> str: ...


_Entry = TypeVar("_Entry", bound=_PerChannel)


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest with its references resolved as far as they are; an unresolved one is left UNSET in `desired`."""

    desired: DesiredUser
    resolved: Resolved
    unresolved: tuple[Unresolved, ...] = ()

    @property
    def references(self) -> tuple[bool, str, str]:
        """What the condition ReferencesResolved says: whether all are, a reason, a message."""
        if not self.unresolved:
            return RESOLVED
        message = "; ".join(each.message for each in self.unresolved)
        return (False, self.unresolved[0].reason.value, message)


def refers_by_name(spec: ConnectUserSpec) -> bool:
    """Whether what the manifest refers to may become another thing of the same name."""
    return any(
        value not in (UNSET, "")
        for value in (spec.routing_profile_name, spec.security_profile_names, spec.hierarchy_group_path)
    )


def resolve(  # noqa: PLR0913 - the manifest, and all that it is read by
    spec: ConnectUserSpec,
    username: str,
    instance: InstanceArn | str,
    catalogs: Catalogs,
    *,
    identity_type: str = "",
    default_tags: Mapping[str, str] = MappingProxyType({}),
    shown: Shown = references.the_whole,
) -> Resolution:
    """The desired user of a manifest, references resolved as far as the catalogs allow.

    `instance` is the user's, as an ARN or, where that is not known, its bare id. An id is checked where its catalog is
    known; a name in an unknown catalog stays unresolved. `shown`: what of a catalog messages may name.
    """
    found = _Resolver(instance, catalogs, shown)
    routing = found.one(
        CatalogKind.ROUTING_PROFILE,
        ("routingProfileId", spec.routing_profile_id),
        ("routingProfileName", spec.routing_profile_name),
    )
    security = found.many(
        CatalogKind.SECURITY_PROFILE,
        ("securityProfileIds", spec.security_profile_ids),
        ("securityProfileNames", spec.security_profile_names),
    )
    hierarchy = found.one(
        CatalogKind.HIERARCHY_GROUP,
        ("hierarchyGroupId", spec.hierarchy_group_id),
        ("hierarchyGroupPath", spec.hierarchy_group_path),
    )
    group = hierarchy if hierarchy != "" else UNSET
    resolved = Resolved(routing_profile_id=routing, security_profile_ids=security, hierarchy_group_id=group)
    desired = msgspec.structs.replace(
        _desired(spec, username, resolved, hierarchy),
        by_directory=identity_type == DIRECTORY,
        default_tags=dict(default_tags),
    )
    return Resolution(desired=desired, resolved=resolved, unresolved=tuple(found.problems))


class _Resolver:
    """Resolves one manifest's references and collects what does not resolve."""

    def __init__(self, instance: InstanceArn | str, catalogs: Catalogs, shown: Shown) -> None:
        self.problems: list[Unresolved] = []
        self._instance = instance
        self._catalogs = catalogs
        self._shown = shown

    def one(
        self, kind: CatalogKind, by_id: tuple[str, str | UnsetType], by_name: tuple[str, str | UnsetType]
    ) -> str | UnsetType:
        """The bare id of a reference given in one of two ways; "" for an explicitly empty one, UNSET for none."""
        for (field, value), look_up in ((by_id, self._by_id), (by_name, self._by_name)):
            if value is not UNSET:
                return look_up(kind, field, value) if value else ""
        return UNSET

    def many(
        self,
        kind: CatalogKind,
        by_id: tuple[str, tuple[str, ...] | UnsetType],
        by_name: tuple[str, tuple[str, ...] | UnsetType],
    ) -> tuple[str, ...] | UnsetType:
        """The bare ids, sorted. A part of the set is not the set: one unresolved entry leaves the whole unresolved."""
        for (field, values), look_up in ((by_id, self._by_id), (by_name, self._by_name)):
            if values is not UNSET:
                ids = [look_up(kind, field, value) for value in values]
                known = {entry for entry in ids if entry is not UNSET}
                return tuple(sorted(known)) if all(entry is not UNSET for entry in ids) else UNSET
        return UNSET

    def _by_id(self, kind: CatalogKind, field: str, value: str) -> str | UnsetType:
        if foreign_instance(value, self._instance):
            return self._problem(
                field, f"{value} does not belong to the user's instance {self._instance}; use one of its own"
            )
        wanted = bare_id(value)
        catalog = self._catalogs.get(kind)
        if catalog is None or any(entry.id == wanted for entry in catalog):
            return wanted
        return self._problem(field, f"the instance has no {kind.value} with the id {wanted!r}; correct the id")

    def _by_name(self, kind: CatalogKind, field: str, value: str) -> str | UnsetType:
        catalog = self._catalogs.get(kind)
        if catalog is None:
            return self._problem(
                field, f"the {kind.value}s of the instance could not be listed; see its ConnectInstance"
            )
        if kind is CatalogKind.HIERARCHY_GROUP:
            result = references.by_path(catalog, field, value, self._shown)
        else:
            result = references.by_name(catalog, kind, field, value, self._shown)
        if isinstance(result, Unresolved):
            self.problems.append(result)
            return UNSET
        return result

    def _problem(self, field: str, text: str) -> UnsetType:
        self.problems.append(Unresolved(field, Reason.REFERENCE_NOT_FOUND, f"spec.{field}: {text}"))
        return UNSET


def _desired(spec: ConnectUserSpec, username: str, resolved: Resolved, hierarchy: str | UnsetType) -> DesiredUser:
    return DesiredUser(
        username=username,
        directory_user_id=spec.directory_user_id,
        identity_info=UNSET if spec.identity_info is UNSET else in_normal_form(spec.identity_info),
        routing_profile_id=resolved.routing_profile_id,
        security_profile_ids=resolved.security_profile_ids,
        hierarchy_group_id=hierarchy,
        phone_config=spec.phone_config,
        auto_accept_configs=_by_channel(spec.auto_accept_configs),
        after_contact_work_configs=_by_channel(spec.after_contact_work_configs),
        phone_number_configs=_by_channel(spec.phone_number_configs),
        persistent_connection_configs=_by_channel(spec.persistent_connection_configs),
        voice_enhancement_configs=_by_channel(spec.voice_enhancement_configs),
        proficiencies=spec.proficiencies
        if spec.proficiencies is UNSET
        else tuple(sorted(spec.proficiencies, key=lambda each: (each.attribute_name, each.attribute_value))),
        tags=spec.tags,
    )


def _by_channel(entries: tuple[_Entry, ...] | UnsetType) -> tuple[_Entry, ...] | UnsetType:
    return entries if entries is UNSET else tuple(sorted(entries, key=lambda entry: entry.channel))
