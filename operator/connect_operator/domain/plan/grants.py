"""What a namespace may give its users: the profiles, groups and e-mail domains of its entry in allowedNamespaces.

Judged by the names of what references resolve to, however the manifest writes them. What the entry does not list is
free; what it lists holds for creating, changing and adopting. A user who has more already keeps it, until the manifest
asks for something else: nothing is given anew. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import UNSET, UnsetType

from connect_operator.domain.connect.references import Catalog, CatalogKind, Entry, join_path, split_path
from connect_operator.domain.connect.user import DesiredUser, ObservedUser
from connect_operator.domain.kinds.spec import AllowedNamespace, ConnectUserSpec
from connect_operator.domain.plan.changes import Change
from connect_operator.domain.plan.desired import Catalogs
from connect_operator.domain.text.safe_text import quoted

_BELOW = "/**"
_ADDRESSES = ("identityInfo.email", "identityInfo.secondaryEmail")
_IDENTITY, _ROUTING = "UpdateUserIdentityInfo", "UpdateUserRoutingProfile"
_SECURITY, _HIERARCHY = "UpdateUserSecurityProfiles", "UpdateUserHierarchy"
_KINDS = {
    _IDENTITY: "an e-mail address of a domain",
    _ROUTING: "a routing profile",
    _SECURITY: "a security profile",
    _HIERARCHY: "a hierarchy group",
}


class Refusal(NamedTuple):
    """What may not be given: the operation that would, the thing in words, and what may be given instead."""

    operation: str
    thing: str
    allowed: str

    @property
    def kind(self) -> str:
        """What kind of thing it is, in words that do not tell which."""
        return _KINDS[self.operation]

    def told(self, field: str, namespace: str, instance: str) -> str:
        """One sentence for a condition; `field` is the manifest's."""
        return (
            f"{field}: namespace {namespace!r} may not give {self.thing} in ConnectInstance {instance} (allowed: "
            f"{self.allowed}); use what is allowed, or ask the instance's administrator to add it to its entry in "
            "spec.allowedNamespaces"
        )


class Gifts(NamedTuple):
    """Profiles by name that the administrator gives to inactive users, so that they are nothing the namespace gives."""

    security: tuple[str, ...] = ()
    routing: tuple[str, ...] = ()


NO_GIFTS = Gifts()


def refusals(
    grant: AllowedNamespace, desired: DesiredUser, catalogs: Catalogs, gifts: Gifts = NO_GIFTS
) -> tuple[Refusal, ...]:
    """What of a manifest the namespace may not give."""
    identity = desired.identity_info
    emails = () if identity is UNSET else (identity.email, identity.secondary_email)
    hierarchy, routing, security = desired.hierarchy_group_id, desired.routing_profile_id, desired.security_profile_ids
    return tuple(
        _Judge(grant, catalogs, gifts).all(
            routing="" if routing is UNSET else routing,
            security=() if security is UNSET else security,
            hierarchy="" if hierarchy is UNSET else hierarchy,
            emails=tuple(each for each in emails if each is not UNSET),
        )
    )


def givable(grant: AllowedNamespace, kind: CatalogKind, catalog: Catalog) -> Catalog:
    """What of a catalog the namespace may give: the rest may be another team's, and no hint names it."""
    if kind is CatalogKind.HIERARCHY_GROUP:
        paths = grant.hierarchy_group_paths
        return catalog if paths is UNSET else tuple(each for each in catalog if _is_covered(paths, each.path))
    names = grant.routing_profile_names if kind is CatalogKind.ROUTING_PROFILE else grant.security_profile_names
    return catalog if names is UNSET else tuple(each for each in catalog if each.name in names)


def holdings(
    grant: AllowedNamespace, user: ObservedUser, catalogs: Catalogs, gifts: Gifts = NO_GIFTS
) -> tuple[Refusal, ...]:
    """What a user has that the namespace may not give; its e-mail addresses as far as they were read."""
    contact = user.contact
    return tuple(
        _Judge(grant, catalogs, gifts).all(
            routing=user.routing_profile_id,
            security=user.security_profile_ids,
            hierarchy=user.hierarchy_group_id,
            emails=() if contact is UNSET else (contact.email, contact.secondary_email),
        )
    )


def address_refusals(
    grant: AllowedNamespace, user: ObservedUser, catalogs: Catalogs, changes: Iterable[Change], gifts: Gifts = NO_GIFTS
) -> tuple[Refusal, ...]:
    """Why a user gets no other e-mail address: a profile that the namespace may not give would go with the account.

    Who sets the address can have a password reset sent there. The user may have been given the profile in Connect, or
    before the rule was tightened.
    """
    if not any(change.field in _ADDRESSES for change in changes):
        return ()
    return tuple(
        Refusal(_IDENTITY, f"another e-mail address to a user who has {each.thing}", each.allowed)
        for each in holdings(grant, user, catalogs, gifts)
        if each.operation == _SECURITY
    )


def field_of(refusal: Refusal, spec: ConnectUserSpec) -> str:
    """The manifest's field that asks for it, as it is written there."""
    by_name = {
        _ROUTING: ("routingProfileName", spec.routing_profile_name, "routingProfileId"),
        _SECURITY: ("securityProfileNames", spec.security_profile_names, "securityProfileIds"),
        _HIERARCHY: ("hierarchyGroupPath", spec.hierarchy_group_path, "hierarchyGroupId"),
    }
    if refusal.operation not in by_name:
        return "spec.identityInfo"
    name, value, other = by_name[refusal.operation]
    return f"spec.{other if value is UNSET else name}"


class _Judge(NamedTuple):
    grant: AllowedNamespace
    catalogs: Catalogs
    gifts: Gifts

    def all(
        self, *, routing: str, security: tuple[str, ...], hierarchy: str, emails: tuple[str, ...]
    ) -> Iterator[Refusal]:
        grant, less = self.grant, self._less
        routings = less(self.gifts.routing, CatalogKind.ROUTING_PROFILE, (routing,))
        securities = less(self.gifts.security, CatalogKind.SECURITY_PROFILE, security)
        yield from self._named(_ROUTING, CatalogKind.ROUTING_PROFILE, routings, grant.routing_profile_names)
        yield from self._named(_SECURITY, CatalogKind.SECURITY_PROFILE, securities, grant.security_profile_names)
        yield from self._group(hierarchy)
        yield from self._addresses(emails)

    def _entry(self, kind: CatalogKind, user_id: str) -> Entry:
        """What that id stands for; what is not in the catalog has no name that could be allowed."""
        return next((each for each in self.catalogs.get(kind, ()) if each.id == user_id), Entry(user_id, ""))

    def _less(self, gifts: tuple[str, ...], kind: CatalogKind, ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(each for each in ids if self._entry(kind, each).name not in gifts)

    def _named(
        self, operation: str, kind: CatalogKind, ids: tuple[str, ...], allowed: tuple[str, ...] | UnsetType
    ) -> Iterator[Refusal]:
        if allowed is UNSET:
            return
        for each in ids:
            entry = self._entry(kind, each)
            if each and entry.name not in allowed:
                yield Refusal(operation, f"{kind.value} {entry.name or each!r}", _listed(allowed))

    def _group(self, group_id: str) -> Iterator[Refusal]:
        allowed = self.grant.hierarchy_group_paths
        if not group_id or allowed is UNSET:
            return
        path = self._entry(CatalogKind.HIERARCHY_GROUP, group_id).path
        if not _is_covered(allowed, path):
            told = join_path(path) if path else group_id
            yield Refusal(_HIERARCHY, f"hierarchy group {quoted(told)}", _listed(allowed))

    def _addresses(self, emails: tuple[str, ...]) -> Iterator[Refusal]:
        allowed = self.grant.email_domains
        if allowed is UNSET:
            return
        domains = {each.lower() for each in allowed}
        for email in emails:
            domain = email.rpartition("@")[2].lower()
            if email and domain not in domains:
                yield Refusal(_IDENTITY, f"an e-mail address of the domain {domain!r}", _listed(allowed))


def _is_covered(allowed: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return any(_covers(pattern, path) for pattern in allowed)


def _covers(pattern: str, path: tuple[str, ...]) -> bool:
    """Whether an allowed path covers a group: that very one, or with "/**" also all below it."""
    if not pattern.endswith(_BELOW):
        return path == split_path(pattern)
    top = split_path(pattern.removesuffix(_BELOW))
    return path[: len(top)] == top


def _listed(allowed: tuple[str, ...]) -> str:
    return ", ".join(allowed) or "none"
