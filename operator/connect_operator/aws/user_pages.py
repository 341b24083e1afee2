"""Pages of ListUsers and SearchUsers, of which only those users are converted whom the last reading did not show so.

A sweep reads every user of an instance every minute, and hardly any has changed. So botocore signs, sends and judges
these two operations, but does not parse their pages: a page is taken apart into the bytes of its users, and a user
whose bytes are those of the last complete reading is the very value that was made of them then. Whoever compares can
thus see by identity that nothing is new.

What is kept of a user's bytes is a digest: 10 000 users' JSON would be 6 MB.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Generic, TypeVar

import msgspec

from connect_operator.aws.after_contact_work import UnitMemory, Units, has_limits
from connect_operator.aws.shapes import Raw, listed, searched
from connect_operator.domain.connect.user import ObservedUser, UserSummary
from connect_operator.domain.kinds.sharing import share_strings

_T = TypeVar("_T")

PAGE = "Page"
"""The member of an answer that holds the whole page in place of the members of the service model."""

_DIGEST = 16


class ListUsersPage(msgspec.Struct, rename="pascal"):
    """A page of ListUsers."""

    user_summary_list: list[msgspec.Raw] | None = None
    next_token: str | None = None

    @property
    def users(self) -> list[msgspec.Raw]:
        """The lines of the page."""
        return self.user_summary_list or []


class SearchUsersPage(msgspec.Struct, rename="pascal"):
    """A page of SearchUsers."""

    users: list[msgspec.Raw] | None = None
    next_token: str | None = None
    approximate_total_count: int | None = None


Page = ListUsersPage | SearchUsersPage
_PAGES: Mapping[str, type[Page]] = {"ListUsers": ListUsersPage, "SearchUsers": SearchUsersPage}


def is_paged(operation: str) -> bool:
    """Whether answers of that operation are taken as a page."""
    return operation in _PAGES


def decode(operation: str, body: bytes) -> Page:
    """The page, its users as bytes. Raises msgspec.DecodeError for what is no JSON, or no such page."""
    return msgspec.json.decode(body, type=_PAGES[operation])


class _Readings(Generic[_T]):
    """The values of the last complete reading, by digest, and those of the reading under way.

    A reading that is given up halfway leaves those of the one before in force.
    """

    def __init__(self) -> None:
        self._last: dict[bytes, _T] = {}
        self._present: dict[bytes, _T] = {}

    def begin(self) -> None:
        self._present = {}

    def end(self) -> None:
        self._last, self._present = self._present, {}

    def known(self, digest: bytes) -> _T | None:
        return self._last.get(digest)

    def note(self, digest: bytes, value: _T) -> None:
        self._present[digest] = value


class ListedPages:
    """What the pages of ListUsers show. One reading at a time."""

    def __init__(self) -> None:
        self._readings: _Readings[UserSummary] = _Readings()

    def take(self, page: ListUsersPage, *, first: bool) -> tuple[UserSummary, ...]:
        """The lines of that page."""
        if first:
            self._readings.begin()
        found = tuple(self._value(raw) for raw in page.users)
        if not page.next_token:
            self._readings.end()
        return found

    def _value(self, raw: msgspec.Raw) -> UserSummary:
        digest = _digest(raw)
        value = self._readings.known(digest)
        if value is None:
            value = listed(_plain(raw))
        self._readings.note(digest, value)
        return value


class SearchedPages:
    """What the pages of SearchUsers show. One reading at a time, and any number of lookups beside it."""

    def __init__(self, units: UnitMemory) -> None:
        self._units = units
        self._readings: _Readings[tuple[ObservedUser, Units | None]] = _Readings()

    def take(self, page: SearchUsersPage, *, first: bool) -> tuple[ObservedUser, ...]:
        """The users of that page."""
        if first:
            self._readings.begin()
        found = self._users(page)
        if not page.next_token:
            self._readings.end()
        return found

    def look_up(self, page: SearchUsersPage) -> tuple[ObservedUser, ...]:
        """The users of an answer that is no part of a reading."""
        raw = [_plain(each) for each in page.users or []]
        return searched(raw, self._units.units(raw))

    def _users(self, page: SearchUsersPage) -> tuple[ObservedUser, ...]:
        """The unit of after-contact work is concluded from a page as a whole, so its users' limits are read always."""
        digests = [(raw, _digest(raw)) for raw in page.users or []]
        known = [self._readings.known(digest) for _, digest in digests]
        # Decoded are those that are new, and those whose value depends on the unit.
        plain = [
            _plain(raw) if value is None or value[1] is not None else None
            for (raw, _), value in zip(digests, known, strict=True)
        ]
        units = self._units.units([raw for raw in plain if raw is not None and has_limits(raw)])
        found = []
        for (_, digest), value, raw in zip(digests, known, plain, strict=True):
            kept = _converted(raw, units) if value is None or (raw is not None and value[1] != units) else value
            self._readings.note(digest, kept)
            found.append(kept[0])
        return tuple(found)


def _converted(raw: Raw | None, units: Units) -> tuple[ObservedUser, Units | None]:
    """The user, and the units that it was converted with if they matter to it."""
    (user,) = searched([raw or {}], units)
    return user, units if has_limits(raw or {}) else None


def _digest(raw: msgspec.Raw) -> bytes:
    return blake2b(raw, digest_size=_DIGEST).digest()


def _plain(raw: msgspec.Raw) -> Raw:
    """The user's members as botocore would return them, but for times; a member that is null is not there."""
    members: dict[str, Any] = share_strings(msgspec.json.decode(raw, type=dict[str, Any]))
    return _without_null(members) if b"null" in bytes(raw) else members


def _without_null(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {name: _without_null(member) for name, member in value.items() if member is not None}
    return [_without_null(member) for member in value] if isinstance(value, list) else value
