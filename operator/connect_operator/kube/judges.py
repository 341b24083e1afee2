"""Those who decide by what is known, and who must not while it is being made complete."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

_QUIET = 0.5
"""Seconds without a delivery after which kopf has handed over all that it had listed."""


class Judges(Protocol):
    """They hold until as many releases as holds were told."""

    def hold(self) -> None:
        """What is known is incomplete from now on."""
        ...

    def release(self) -> None:
        """It is complete."""
        ...


class NoJudges:
    """For those who only listen."""

    def hold(self) -> None:
        """See Judges."""

    def release(self) -> None:
        """See Judges."""


@dataclass
class Hold:
    """One hold on the judges, that is taken once and given back once."""

    judges: Judges
    on: bool = False

    def set(self, *, on: bool) -> None:
        """Take it, or give it back."""
        if on != self.on:
            self.on = on
            (self.judges.hold if on else self.judges.release)()


@dataclass
class Relists:
    """Has the judges wait while kopf lists a kind anew, as it does when a watch cannot be resumed.

    The first list of each does not count: the first pass has read as much. kopf tells nobody, so its requests are
    looked at: a list that is answered begins, the watch that follows ends it, once all is handed over.
    """

    judges: Judges
    _watched: set[str] = field(default_factory=set)
    _holds: dict[str, Hold] = field(default_factory=dict)
    _delivered: float = float("-inf")

    def listed(self, path: str) -> None:
        """A page of the list at that path was answered."""
        if path in self._watched:
            self._holds.setdefault(path, Hold(self.judges)).set(on=True)

    def watching(self, path: str) -> None:
        """A watch of that path was answered."""
        self._watched.add(path)
        if path in self._holds and self._holds[path].on:
            asyncio.get_running_loop().call_later(_QUIET, self._end, path)

    def end(self, plurals: Collection[str]) -> None:
        """Kinds of these plurals are not listed any more."""
        for path, hold in self._holds.items():
            if path.rpartition("/")[2] in plurals:
                hold.set(on=False)

    def delivered(self) -> None:
        """An object of a list was handed over."""
        self._delivered = asyncio.get_running_loop().time()

    def _end(self, path: str) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() - self._delivered < _QUIET:
            loop.call_later(_QUIET, self._end, path)
        else:
            self._holds[path].set(on=False)
