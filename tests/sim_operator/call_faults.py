"""What can go wrong with a write, and what the adapter has to say of it."""

from __future__ import annotations

from typing import NamedTuple

from connect_operator.domain.connect.errors import ErrorKind


class Fault(NamedTuple):
    kind: str
    error: ErrorKind
    uncertain: bool
    committed: bool


FAULTS = [
    Fault("drop-after-commit", ErrorKind.UNAVAILABLE, uncertain=True, committed=True),
    Fault("drop-before", ErrorKind.UNAVAILABLE, uncertain=True, committed=False),
    Fault("refuse", ErrorKind.UNAVAILABLE, uncertain=True, committed=False),
    Fault("500-after-commit", ErrorKind.UNAVAILABLE, uncertain=True, committed=True),
    Fault("500-before", ErrorKind.UNAVAILABLE, uncertain=True, committed=False),
    Fault("throttle", ErrorKind.THROTTLED, uncertain=False, committed=False),
    Fault("deny", ErrorKind.DENIED, uncertain=False, committed=False),
]
