"""Backing off from an API server that refuses, or does not answer: one probe at a time instead of everybody's request.

What is not sent fails at once, and says how long to wait. Reads, writes, Events and leases each have a circuit of their
own, since a server may refuse one and serve another. A 500 does not count: it is mostly a webhook's word about one
object, and must not hold up all others.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from connect_operator.engine.pace.growth import doubled

_TOLERATED = 3
"""So many failures in a row are chance; more are the server's state."""
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_LONGEST_PAUSE_OF_READS = 10.0
"""There are few of them at rest, and a restored etcd is to be noticed soon after an outage."""
_LONGEST_PAUSE_OF_LEASES = 2.0
"""One small request in two seconds is no load, and who leads is to know it again soon."""
_LONGEST_ASKED_PAUSE = 120.0
"""A longer Retry-After is not believed."""
_SETTLED = 30.0
"""A refusal so long after the last one is a new one, and begins with the shortest pause."""


@dataclass
class Circuit:
    """Closed while requests succeed; open for a pause after they do not; then one probe decides. Times: monotonic."""

    jitter: Callable[[], float] = field(default_factory=lambda: random.Random().random)  # noqa: S311 - spreads retries
    longest: float = _LONGEST_PAUSE
    failures: int = 0
    level: int = 0
    opened: float = float("-inf")
    until: float = float("-inf")
    turn: int = 0
    """Counts openings: what was sent before one says nothing about the time after it."""
    probing: bool = False

    def wait(self, now: float) -> float:
        """Seconds for which nothing is to be sent; 0: go on, and tell `ended`. A probe closes the way behind it."""
        if self.until == float("-inf"):
            return 0.0
        if now < self.until:
            return self.until - now
        if self.probing:
            return _FIRST_PAUSE
        self.probing = True
        return 0.0

    def ended(self, turn: int, now: float, *, refused: bool | None, asked: float | None = None) -> bool:
        """A request that was sent in that turn has ended; tells whether the circuit has opened (again) with it.

        `refused`: by the server's state (None: it was given up before that was known); `asked`: its Retry-After, in
        seconds.
        """
        if turn != self.turn:
            return False
        self.probing = False
        if refused is None:
            return False
        if not refused:
            self.failures, self.until = 0, float("-inf")
            return False
        self.failures += 1
        if self.failures < _TOLERATED and asked is None and self.until == float("-inf"):
            return False
        self._open(now, asked)
        return True

    def _open(self, now: float, asked: float | None) -> None:
        self.level = self.level + 1 if now - self.opened < _SETTLED + _LONGEST_PAUSE else 0
        pause = doubled(_FIRST_PAUSE, self.level, self.longest) * (0.75 + self.jitter() / 2)
        self.turn += 1
        self.opened = now
        self.until = now + max(pause, min(asked or 0.0, _LONGEST_ASKED_PAUSE))


_LONGEST = {"reads": _LONGEST_PAUSE_OF_READS, "leases": _LONGEST_PAUSE_OF_LEASES}


class Circuits:
    """Those of one API server."""

    def __init__(self, jitter: Callable[[], float] | None = None) -> None:
        self._jitter = jitter
        self._all: dict[str, Circuit] = {}

    def of(self, method: str, path: str) -> Circuit:
        """The one that a request belongs to."""
        name = "reads" if method == "GET" else "writes"
        for kind in ("events", "leases"):
            if f"/{kind}" in path:
                name = kind
        if name not in self._all:
            circuit = self._all[name] = Circuit() if self._jitter is None else Circuit(self._jitter)
            circuit.longest = _LONGEST.get(name, _LONGEST_PAUSE)
        return self._all[name]


def asked_pause(header: str | None) -> float | None:
    """The seconds of a Retry-After header; None where there is none, or a date."""
    return float(header) if header is not None and header.strip().isdecimal() else None
