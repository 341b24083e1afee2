"""A table of one kind of record, listed by ID. Nothing here knows what the records mean."""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator


class Identified(Protocol):
    """A record with an ID."""

    @property
    def id(self) -> str:
        """The key."""


RecordT = TypeVar("RecordT", bound=Identified)


class Table(Generic[RecordT]):
    """Records by ID. Listing is ordered by ID: the real order is undocumented, so nobody should rely on creation's."""

    def __init__(self) -> None:
        self._records: dict[str, RecordT] = {}
        self._order: list[str] = []

    def __len__(self) -> int:
        return len(self._records)

    def get(self, key: str) -> RecordT | None:
        """Return the record or None."""
        return self._records.get(key)

    def put(self, record: RecordT) -> None:
        """Add or replace a record."""
        if record.id not in self._records:
            insort(self._order, record.id)
        self._records[record.id] = record

    def remove(self, key: str) -> RecordT | None:
        """Remove and return the record, if it is there."""
        record = self._records.pop(key, None)
        if record is not None:
            del self._order[bisect_right(self._order, key) - 1]
        return record

    def after(self, key: str | None) -> Iterator[RecordT]:
        """Yield the records whose ID is greater than `key`, in order; all of them for None."""
        start = 0 if key is None else bisect_right(self._order, key)
        for index in range(start, len(self._order)):
            yield self._records[self._order[index]]
