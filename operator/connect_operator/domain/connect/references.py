"""References by ID, ARN, name or hierarchy path, resolved against what an instance has.

Pure: a Catalog is what was listed; resolving it tells the bare id, that nothing matches, or that several do.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from typing import NamedTuple

from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.text.near_names import hint
from connect_operator.domain.text.safe_text import quoted


class CatalogKind(enum.Enum):
    """The kinds of things that a user refers to; the value is how a person calls one."""

    ROUTING_PROFILE = "routing profile"
    SECURITY_PROFILE = "security profile"
    HIERARCHY_GROUP = "hierarchy group"


class Entry(NamedTuple):
    """One thing: its bare id, its name, and for hierarchy groups the names from the root down to itself."""

    id: str
    name: str
    path: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """What a person calls it: a group by its path, everything else by its name."""
        return join_path(self.path) if self.path else self.name


Catalog = tuple[Entry, ...]
Shown = Callable[[CatalogKind, Catalog], Catalog]
"""What of a catalog a message may name."""


class Unresolved(NamedTuple):
    """Why a reference does not stand for one thing; `field` is the manifest's."""

    field: str
    reason: Reason
    message: str


def split_path(path: str) -> tuple[str, ...]:
    r"""The names of a hierarchy path: separated by '/', a '/' within a name written '\/', a backslash '\\'."""
    names: list[str] = []
    current: list[str] = []
    characters = iter(path)
    for character in characters:
        if character == "\\":
            current.append(next(characters, "\\"))
        elif character == "/":
            names.append("".join(current))
            current = []
        else:
            current.append(character)
    names.append("".join(current))
    return tuple(names)


def join_path(names: tuple[str, ...]) -> str:
    r"""The path of these names, each '/' in a name written '\/'; the inverse of split_path."""
    return "/".join(name.replace("\\", "\\\\").replace("/", "\\/") for name in names)


def the_whole(kind: CatalogKind, catalog: Catalog) -> Catalog:  # noqa: ARG001 - one of the functions that tell what to show
    """All of a catalog, for whom may see all."""
    return catalog


def by_name(
    catalog: Catalog,
    kind: CatalogKind,
    field: str,
    name: str,
    shown: Shown = the_whole,
) -> str | Unresolved:
    """The id of the one thing of that name (case matters). `shown`: what of the catalog a hint may name."""
    ids = [entry.id for entry in catalog if entry.name == name]
    return _only(ids, kind, field, name, "" if ids else hint(name, _names(shown(kind, catalog))))


def by_path(catalog: Catalog, field: str, path: str, shown: Shown = the_whole) -> str | Unresolved:
    """The id of the one hierarchy group at that path. `shown`: as above."""
    kind, names = CatalogKind.HIERARCHY_GROUP, split_path(path)
    ids = [entry.id for entry in catalog if entry.path == names]
    return _only(ids, kind, field, path, "" if ids else _path_hint(shown(kind, catalog), path))


# Made once for a catalog, not for each manifest that is wrong, of which there may be thousands.
@functools.lru_cache(maxsize=64)
def _names(catalog: Catalog) -> tuple[str, ...]:
    return tuple(entry.name for entry in catalog)


@functools.lru_cache(maxsize=64)
def _paths(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """The paths of the groups as manifests write them, in their order, each with its names."""
    return dict(sorted((join_path(entry.path), entry.path) for entry in catalog if entry.path))


@functools.lru_cache(maxsize=64)
def _written(catalog: Catalog) -> tuple[str, ...]:
    return tuple(_paths(catalog))


@functools.lru_cache(maxsize=1024)
def _path_hint(catalog: Catalog, path: str) -> str:
    """Which group may be meant: a '/' within a name, another separator, the last names of a path, a similar one."""
    paths = _paths(catalog)
    for written, names in paths.items():
        if "/".join(names) == path:
            return f'did you mean {written}? Within a name "/" is written "\\/"'
    separated = tuple(each.strip() for each in path.replace("\\", ">").replace("|", ">").split(">"))
    slashed = tuple(each.strip() for each in path.strip("/").split("/"))
    for written, names in paths.items():
        if names in (separated, slashed):
            return f"did you mean {quoted(written)}? The names of a path have single slashes between them"
    end = split_path(path)
    ends = [written for written, names in paths.items() if names[-len(end) :] == end]
    if ends:
        return f"did you mean {' or '.join(map(quoted, ends[:3]))}? A path begins at the top level"
    return hint(path, _written(catalog))


def _only(ids: list[str], kind: CatalogKind, field: str, wanted: str, near: str) -> str | Unresolved:
    if len(ids) == 1:
        return ids[0]
    if not ids:
        return Unresolved(
            field,
            Reason.REFERENCE_NOT_FOUND,
            f"spec.{field}: the instance has no {kind.value} {quoted(wanted)}; "
            f"{near or 'create it in Connect or correct the name'}",
        )
    found = ", ".join(sorted(ids))
    return Unresolved(
        field,
        Reason.REFERENCE_AMBIGUOUS,
        f"spec.{field}: {len(ids)} {kind.value}s are called {quoted(wanted)} ({found}); refer to one by its id",
    )
