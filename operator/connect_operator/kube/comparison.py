"""Which objects differ between a list of the cluster and what is known of it: pure, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connect_operator.domain.kinds.objects import ObjectKey, Version


class HistoryLostError(Exception):
    """The API server shows a past that it had left behind: its etcd was restored from an older snapshot."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            f"{evidence}: its etcd was restored from an older snapshot. Ending, to be started afresh from what the "
            "cluster holds now; what was applied after that snapshot has to be applied again"
        )


@dataclass
class Comparison:
    """Listed objects against a snapshot of the known ones, which must have been taken before the list was begun.

    `snapshot` loses what is listed; what is left in it at the end is gone. `buried`: what was known to be gone when the
    snapshot was taken, with the version of that.
    """

    snapshot: dict[ObjectKey, Version]
    buried: Mapping[ObjectKey, str] = field(default_factory=dict)
    changed: dict[ObjectKey, Version | None] = field(default_factory=dict)
    """What must be read, with the version that was known of it (None: unknown)."""

    def newest(self) -> int:
        """The highest resourceVersion that was known before the list; an older list proves nothing."""
        return newest_of((*(version.resource_version for version in self.snapshot.values()), *self.buried.values()))

    def see(self, key: ObjectKey, listed: Version) -> None:
        """Take in one object of a list that is not older than `newest`. Raises HistoryLostError.

        In one history such a list cannot show a version that is older than the one known, nor what was gone.
        """
        known = self.snapshot.get(key)
        if known is not None and precedes(listed.resource_version, known.resource_version):
            raise HistoryLostError(f"the API server shows {key} as it was before what it had shown already")
        if key in self.buried and precedes(listed.resource_version, self.buried[key]):
            raise HistoryLostError(f"the API server shows {key} again, which was gone")
        if known is not None and known.uid == listed.uid:
            # Known under this uid. Otherwise the known one is gone, and another has its name.
            del self.snapshot[key]
        if known != listed:
            self.changed[key] = known

    def gone(self) -> Mapping[ObjectKey, Version]:
        """What was known before the list and is not on it; only once everything listed was seen."""
        return self.snapshot


def precedes(one: str, other: str) -> bool:
    """Whether a resourceVersion is an older one. Those of one kind compare as numbers (Kubernetes 1.35)."""
    return one.isdecimal() and other.isdecimal() and int(one) < int(other)


def newest_of(versions: Iterable[str]) -> int:
    """The highest of these resourceVersions; 0 if none is a number."""
    return max((int(version) for version in versions if version.isdecimal()), default=0)
