"""What is told of a user: names in place of ids, and whose it is by its owner tag. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connect_operator.cli.owners import Owners
from connect_operator.cli.who.owners import UNKNOWN
from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.connect.ownership import DEACTIVATED_TAG, OWNER_TAG, Owner, parse_owner
from connect_operator.domain.connect.references import Catalog, CatalogKind, Entry
from connect_operator.domain.connect.user import ObservedUser

Catalogs = Mapping[CatalogKind, Catalog]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user of an instance, for people. Profiles and groups that the instance does not list are shown by id."""

    instance: str
    username: str
    name: str
    routing_profile: str
    security_profiles: tuple[str, ...]
    group: str
    owner: Owner | None
    gone: bool
    inactive: bool
    user_id: str

    @property
    def managed(self) -> bool:
        """Whether an owner tag says that a manifest keeps the user, and that is not known to be gone."""
        return self.owner is not None and not self.gone


def people(
    name: str,
    users: Iterable[ObservedUser],
    catalogs: Catalogs,
    inactive: Mapping[str, Any],
    owners: Owners = UNKNOWN,
) -> tuple[Person, ...]:
    """The users of the instance called `name` by username; `inactive` is that block of its ConnectInstance."""
    labels = {entry.id: entry.told for catalog in catalogs.values() for entry in catalog}
    idle = _Inactive(inactive, catalogs)
    return tuple(
        Person(
            instance=name,
            username=user.username,
            name=f"{user.first_name} {user.last_name}".strip(),
            routing_profile=labels.get(user.routing_profile_id, user.routing_profile_id),
            security_profiles=tuple(sorted(labels.get(each, each) for each in user.security_profile_ids)),
            group=labels.get(user.hierarchy_group_id, user.hierarchy_group_id),
            owner=(owner := parse_owner(user.tags.get(OWNER_TAG, ""))),
            gone=owner is not None and owners.is_gone(owner),
            inactive=DEACTIVATED_TAG in user.tags or idle.has(user),
            user_id=user.user_id,
        )
        for user in sorted(users, key=lambda user: user.username)
    )


class _Inactive:
    """The profiles that a ConnectInstance gives to users with `state: Inactive`, as ids; None where it says nothing."""

    def __init__(self, block: Mapping[str, Any], catalogs: Catalogs) -> None:
        self._security = _ids(block, "securityProfile", catalogs.get(CatalogKind.SECURITY_PROFILE, ()))
        self._routing = _ids(block, "routingProfile", catalogs.get(CatalogKind.ROUTING_PROFILE, ()))

    def has(self, user: ObservedUser) -> bool:
        if self._security is None and self._routing is None:
            return False
        security = self._security is None or set(user.security_profile_ids) == self._security
        return security and (self._routing is None or user.routing_profile_id in self._routing)


def _ids(block: Mapping[str, Any], what: str, catalog: Iterable[Entry]) -> set[str] | None:
    """The ids of `whatId`, `whatIds`, `whatName` or `whatNames`, whichever the block has."""
    for field in (f"{what}Id", f"{what}Ids"):
        if field in block:
            return {bare_id(str(each)) for each in _listed(block[field])}
    for field in (f"{what}Name", f"{what}Names"):
        if field in block:
            names = set(_listed(block[field]))
            return {entry.id for entry in catalog if entry.name in names}
    return None


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
