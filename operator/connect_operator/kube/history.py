"""Whether the API server's history goes on from where it was: the check for an etcd restored from an older snapshot.

A restored etcd counts its revisions on from those of the snapshot. The watch then waits silently for a future that is
the past to it (measured), so it must be asked: a list of one object's metadata tells the revision that etcd is at, for
a list without a resourceVersion is as new as etcd itself. A server that only lags behind is back within seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from connect_operator.kube.comparison import HistoryLostError, newest_of
from connect_operator.kube.connection import PARTIAL_LIST, Connection, Request
from connect_operator.kube.kinds import Listing
from connect_operator.kube.listing import MetadataPage

_log = logging.getLogger(__name__)

CHECK_SECONDS = 10.0
"""How often it is asked: three small requests."""
PATIENCE_SECONDS = 60.0
"""For how long an API server may lag behind what it has told before."""


@dataclass
class History:
    """Remembers how far each kind's history had come. `monotonic` is a clock in seconds."""

    connection: Connection
    kinds: Sequence[Listing]
    monotonic: Callable[[], float]
    _furthest: dict[str, int] = field(default_factory=dict)
    _behind_since: float | None = None

    @property
    def doubted(self) -> bool:
        """Whether the API server was behind when it was asked last."""
        return self._behind_since is not None

    def note(self, kind: Listing, list_version: str) -> None:
        """A list of that kind has told this resourceVersion."""
        self._furthest[kind.plural] = max(self._furthest.get(kind.plural, 0), newest_of([list_version]))

    async def check(self) -> bool:
        """Whether the history has come at least as far as it was known to. Raises HistoryLostError when it stays back.

        Raises as `Connection.request` does besides; what was doubted then stays in doubt.
        """
        for kind in self.kinds:
            buried = kind.controller.buried().values()
            known = newest_of((*(version.resource_version for version in kind.controller.known().values()), *buried))
            known = max(known, self._furthest.get(kind.plural, 0))
            shown = await self._shown(kind)
            if shown.isdecimal() and int(shown) < known:
                self._doubt(f"the API server's {kind.plural} are at version {shown}, after they had been at {known}")
                return False
            self.note(kind, shown)
        if self.doubted:
            _log.info("the API server has caught up")
        self._behind_since = None
        return True

    def _doubt(self, evidence: str) -> None:
        now = self.monotonic()
        if self._behind_since is None:
            self._behind_since = now
            _log.warning("%s: nothing is decided until it has caught up", evidence)
        elif now - self._behind_since >= PATIENCE_SECONDS:
            raise HistoryLostError(evidence)

    async def _shown(self, kind: Listing) -> str:
        request = Request("GET", kind.lists[0], query={"limit": "1"}, accept=PARTIAL_LIST)
        page = msgspec.json.decode(await self.connection.request(request), type=MetadataPage)
        return page.metadata.resource_version
