"""What is gone stays gone: a version that arrives late must not bring an object back.

A read that the watch overtakes, or an API server that lags behind, may deliver an object after its end has been told.
Versions of one kind compare as numbers across all objects, so one number for each name is enough: whatever is not newer
than it is the object that is gone, or a predecessor of the same name.
"""

from __future__ import annotations

from collections import OrderedDict

from connect_operator.domain.kinds.objects import Metadata, ObjectKey

_REMEMBERED = 10_000
"""Some 3 MB; more deletions than that within the minutes in which anything can be late are not to be expected."""


class Tombstones:
    """By name, the version at which an object was gone; the latest ones."""

    def __init__(self) -> None:
        self._versions: OrderedDict[ObjectKey, str] = OrderedDict()

    def bury(self, key: ObjectKey, *versions: str) -> None:
        """The object of that name is gone, at the latest of these versions; those that are no numbers say nothing."""
        numbers = [int(version) for version in (*versions, self._versions.get(key, "")) if version.isdecimal()]
        if not numbers:
            return
        self._versions[key] = str(max(numbers))
        self._versions.move_to_end(key)
        if len(self._versions) > _REMEMBERED:
            self._versions.popitem(last=False)

    def covers(self, key: ObjectKey, metadata: Metadata) -> bool:
        """Whether this version is one of what is gone."""
        grave, version = self._versions.get(key), metadata.resource_version
        return grave is not None and version.isdecimal() and int(version) <= int(grave)

    def lift(self, key: ObjectKey) -> None:
        """A newer object of that name is known; it stands for all before it."""
        self._versions.pop(key, None)

    def versions(self) -> dict[ObjectKey, str]:
        """All of them."""
        return dict(self._versions)


def is_older(metadata: Metadata, known: Metadata) -> bool:
    """Whether a version is behind the one at hand, be it of the same object or of a predecessor of the same name.

    An API server that does not number its versions is believed in the order in which it delivers.
    """
    versions = (metadata.resource_version, known.resource_version)
    if not all(version.isdecimal() for version in versions):
        return False
    return int(versions[0]) < int(versions[1])
