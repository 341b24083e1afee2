"""Which users are asked for: filters by name, id or path, and names that nobody has. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connect_operator.cli.who.people import Catalogs
from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.connect.references import CatalogKind, Entry, split_path
from connect_operator.domain.connect.user import ObservedUser
from connect_operator.domain.text.safe_text import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who is asked for by what Connect holds. Empty means everybody; entries of one tuple are alternatives."""

    security_profiles: tuple[str, ...] = ()
    routing_profiles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def users(self, users: Iterable[ObservedUser], catalogs: Catalogs) -> list[ObservedUser]:
        """Those of the users that are meant; a group means those below it, too."""
        security = self._ids(CatalogKind.SECURITY_PROFILE, catalogs)
        routing = self._ids(CatalogKind.ROUTING_PROFILE, catalogs)
        groups = self._ids(CatalogKind.HIERARCHY_GROUP, catalogs)
        return [
            user
            for user in users
            if (not self.security_profiles or security.intersection(user.security_profile_ids))
            and (not self.routing_profiles or user.routing_profile_id in routing)
            and (not self.groups or user.hierarchy_group_id in groups)
        ]

    def unknown(self, catalogs: Sequence[Catalogs]) -> list[str]:
        """A sentence for each name that no instance has."""
        return [
            f"{option} {quoted(wanted)}: no instance has that {kind.value}{_meant(wanted, kind, catalogs)}"
            for option, kind, names in self._asked()
            for wanted in names
            if not any(_matches(each, wanted) for catalog in catalogs for each in catalog.get(kind, ()))
        ]

    def _asked(self) -> tuple[tuple[str, CatalogKind, tuple[str, ...]], ...]:
        return (
            ("--security-profile", CatalogKind.SECURITY_PROFILE, self.security_profiles),
            ("--routing-profile", CatalogKind.ROUTING_PROFILE, self.routing_profiles),
            ("--group", CatalogKind.HIERARCHY_GROUP, self.groups),
        )

    def _ids(self, kind: CatalogKind, catalogs: Catalogs) -> set[str]:
        names = next(names for _, asked, names in self._asked() if asked is kind)
        catalog = catalogs.get(kind, ())
        found = [entry for entry in catalog if any(_matches(entry, wanted) for wanted in names)]
        below = {entry.id for entry in catalog for top in found if top.path and entry.path[: len(top.path)] == top.path}
        return below | {entry.id for entry in found}


def _matches(entry: Entry, wanted: str) -> bool:
    return bare_id(wanted) == entry.id or (split_path(wanted) == entry.path if entry.path else wanted == entry.name)


def _meant(wanted: str, kind: CatalogKind, catalogs: Sequence[Catalogs]) -> str:
    labels = {entry.told for catalog in catalogs for entry in catalog.get(kind, ())}
    folded = {label.casefold(): label for label in labels}
    close = difflib.get_close_matches(wanted.strip().casefold(), folded, n=3, cutoff=0.6)
    if close:
        return f"; did you mean {' or '.join(quoted(folded[each]) for each in close)}?"
    return f"; there are {', '.join(map(quoted, sorted(labels)))}" if labels else ""
