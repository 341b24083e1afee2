"""Which objects differ between a list of the cluster and what is known of it: pure, no I/O."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from connect_operator.domain.objects import ObjectKey


class Version(NamedTuple):
    """Which object it is, and which version of it."""

    uid: str
    resource_version: str


@dataclass
class Comparison:
    """Listed objects against a snapshot of the known ones, which must have been taken before the list was begun.

    `snapshot` loses what is listed; what is left in it at the end is gone.
    """

    snapshot: dict[ObjectKey, Version]
    changed: dict[ObjectKey, Version | None] = field(default_factory=dict)
    """What must be read, with the version that was known of it (None: unknown)."""

    def see(self, key: ObjectKey, listed: Version) -> None:
        """Take in one listed object."""
        known = self.snapshot.get(key)
        if known is not None and known.uid == listed.uid:
            # Known under this uid. Otherwise the known one is gone, and another has its name.
            del self.snapshot[key]
        if known != listed:
            self.changed[key] = known

    def gone(self) -> Mapping[ObjectKey, Version]:
        """What was known before the list and is not on it; only once everything listed was seen."""
        return self.snapshot


def is_stale(list_version: str, known: Collection[Version]) -> bool:
    """Whether a list is older than something already known, as from an API server that lags behind.

    Resource versions of one API server are comparable numbers (guaranteed since Kubernetes 1.35, true long before).
    """
    if not list_version.isdigit():
        return False
    newest = max((int(version.resource_version) for version in known if version.resource_version.isdigit()), default=0)
    return int(list_version) < newest
