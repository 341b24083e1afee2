"""Which of our kinds the API server serves: one that is gone while another is being deleted is done without.

`kubectl delete -f crds/` ends a definition that has no objects at once. The others wait for the finalizers of their
objects, which nobody but the running operator takes off: it must neither end nor fail to start meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection

from connect_operator.domain.kinds.objects import GROUP, VERSION
from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.connection import Connection, RequestRefusedError
from connect_operator.kube.teardown import CRDS, DEFINITIONS, is_being_deleted

_log = logging.getLogger(__name__)

_LOOKS = 10
"""Whoever deletes the definitions one by one has deleted all of them within so many seconds."""


class CrdMissingError(Exception):
    """The API server does not serve the kinds of these plurals."""

    def __init__(self, plurals: Collection[str]) -> None:
        names = ", ".join(f"{each}.{GROUP}" for each in sorted(plurals))
        remedy = "apply the manifests in crds/ and start again"
        super().__init__(f"the API server does not serve {names} ({VERSION}); {remedy}")


class CrdReturnedError(Exception):
    """A kind that the process does without is served again: only a new process takes it up."""


class Served:
    """Remembers which kinds are done without."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.gone: frozenset[str] = frozenset()
        """Their plurals."""

    async def find_gone(self, listed: Collection[str]) -> bool:
        """Whether one of the plurals listed, of which a request was answered with 404, is gone and can be done without.

        Raises CrdMissingError when one is gone and nothing that is still there is being deleted.
        """
        for _ in range(_LOOKS):
            going, gone = await self._look()
            missing = gone.intersection(listed)
            if missing and going:
                self._note(gone, going)
                return True
            if len(gone) == len(DEFINITIONS):
                break
            await asyncio.sleep(1.0)
        if missing:
            raise CrdMissingError(missing)
        return False

    async def check(self) -> None:
        """Raises CrdReturnedError when a kind that is done without is there again; as `Connection.request` besides."""
        for plural in self.gone:
            if await self._deleted(plural) is not None:
                raise CrdReturnedError(
                    f"{plural}.{GROUP} is there again: the operator has to start anew to look after it"
                )

    def _note(self, gone: frozenset[str], going: frozenset[str]) -> None:
        self.gone = gone
        _log.warning(
            "the operator goes on without %s: its definition is gone, and %s waits for the last object to go",
            ", ".join(sorted(gone)),
            ", ".join(sorted(going)),
        )

    async def _look(self) -> tuple[frozenset[str], frozenset[str]]:
        """The plurals of what is being deleted, and of what is gone."""
        try:
            told = await asyncio.gather(*(self._deleted(each) for each in DEFINITIONS))
        except (ClusterUnavailableError, RequestRefusedError) as error:
            _log.warning("whether the kinds are being deleted cannot be seen: %s", error)
            return frozenset(), frozenset()
        deleted = dict(zip(DEFINITIONS, told, strict=True))
        going = frozenset(each for each, on in deleted.items() if on)
        return going, frozenset(each for each, on in deleted.items() if on is None)

    async def _deleted(self, plural: str) -> bool | None:
        return await is_being_deleted(self._connection, f"{CRDS}/{plural}.{GROUP}")
