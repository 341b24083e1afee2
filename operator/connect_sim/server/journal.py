"""The journal of calls: what reached the simulator, with which outcome. Passwords are replaced before they get here.

An entry exists from the call's arrival, with the outcome "pending", so a call that waits at a barrier can be seen.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

CAPACITY = 200_000
_REDACTED = "***"
_SECRET_MEMBERS = frozenset({"Password"})


class Entry(Struct, kw_only=True, rename="camel"):
    """One call. `outcome` is "ok", an error code, "html", "dropped" or "pending"; `status` 0: nothing was answered."""

    n: int
    time: float
    service: str
    operation: str
    account: str = ""
    region: str = ""
    access_key_id: str = ""
    params: dict[str, Any] = {}
    request_id: str = ""
    sdk_invocation_id: str | None = None
    attempt: int = 1
    outcome: str = "pending"
    status: int = 0
    committed: bool = False
    throttled: bool = False
    faults: list[str] = []


class Journal:
    """The newest entries, numbered from 1."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._entries: deque[Entry] = deque(maxlen=capacity)
        self._last = 0

    def open(self, **members: Any) -> Entry:  # noqa: ANN401 - members of Entry
        """Add an entry for a call that has arrived; the caller completes it in place."""
        self._last += 1
        entry = Entry(n=self._last, **members)
        self._entries.append(entry)
        return entry

    def since(self, number: int) -> Iterator[Entry]:
        """Yield the entries with a greater number. Numbers go on after `clear`."""
        if not self._entries:
            return iter(())
        first = self._entries[0].n
        return islice(self._entries, max(0, number - first + 1), None)

    @property
    def last(self) -> int:
        """The number of the newest entry, 0 if there never was one."""
        return self._last

    def clear(self) -> None:
        """Forget the entries."""
        self._entries.clear()


def redacted(params: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of any operation with secrets replaced."""
    return {name: _REDACTED if name in _SECRET_MEMBERS else value for name, value in params.items()}
