"""What takes in the objects of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from connect_operator.domain.kinds.objects import ObjectKey, Version


class KindController(Protocol):
    """The engine's door for one kind: takes what the watch and the comparison with lists find, and tells what is known.

    It is called in the event loop and must neither wait nor raise. The same object may come several times, and an older
    version after a newer one (a read that was overtaken by the watch): it compares `metadata.resource_version`.
    Cluster-scoped objects have an empty namespace in their key.
    """

    def changed(self, subject: Any) -> None:  # noqa: ANN401 - an object of its kind
        """An object as the API server had it."""
        ...

    def gone(self, key: ObjectKey, uid: str, version: str = "") -> None:
        """That very object does not exist any more, since that version ("": not known); a namesake may."""
        ...

    def known(self) -> Mapping[ObjectKey, Version]:
        """All objects, and which version of each."""
        ...

    def buried(self) -> Mapping[ObjectKey, str]:
        """Those of late that do not exist any more, with the version at which they were gone."""
        ...
