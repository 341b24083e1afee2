"""The operator's kinds as the API server lists them: where, and through which door what is found is handed over."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from connect_operator.domain.kinds.objects import GROUP, VERSION, ObjectKey
from connect_operator.domain.kinds.registry import KINDS, Kind
from connect_operator.engine.ports import KindController
from connect_operator.kube.connection import checked_name

_log = logging.getLogger(__name__)

_ROOT = f"/apis/{GROUP}/{VERSION}"

Controllers = Mapping[str, KindController]
"""The engine's door for each kind, by the kind's name."""


@dataclass(frozen=True)
class Listing:
    """One kind, the paths at which it is listed, and the door behind which its objects are known."""

    kind: Kind
    lists: tuple[str, ...]
    controller: KindController

    @property
    def plural(self) -> str:
        """As it stands in paths."""
        return self.kind.plural

    def path(self, key: ObjectKey) -> str:
        """The path of one object."""
        middle = f"namespaces/{checked_name(key.namespace)}/" if key.namespace else ""
        return f"{_ROOT}/{middle}{self.plural}/{checked_name(key.name)}"

    def deliver(self, raw: dict[str, Any]) -> None:
        """Hand an object over."""
        deliver(self.kind, self.controller, raw)


def listings(controllers: Controllers, namespaces: Collection[str]) -> tuple[Listing, ...]:
    """The kinds, those first that others refer to. No namespaces means all of them."""
    spaces = tuple(f"namespaces/{checked_name(name)}/" for name in namespaces) or ("",)
    return tuple(
        Listing(
            kind,
            tuple(f"{_ROOT}/{space}{kind.plural}" for space in (spaces if kind.namespaced else ("",))),
            controllers[kind.name],
        )
        for kind in KINDS
    )


def deliver(kind: Kind, controller: KindController, raw: dict[str, Any], *, deleted: bool = False) -> None:
    """Parse an object and hand it over; one that cannot be parsed is logged and left out."""
    try:
        subject = kind.parse(raw)
    except (msgspec.ValidationError, KeyError, TypeError) as error:
        metadata = raw.get("metadata")
        name = f"{metadata.get('namespace', '')}/{metadata.get('name')}" if isinstance(metadata, dict) else "?"
        _log.error("%s %s cannot be read and is ignored: %s", kind.name, name, error)
        return
    if deleted:
        controller.gone(subject.key, subject.metadata.uid, subject.metadata.resource_version)
    else:
        controller.changed(subject)
