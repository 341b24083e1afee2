"""Page tokens and pages. Tokens are opaque, minted anew for every page, and expire after 24 hours.

An expired or foreign token gets 400 InvalidToken, a code that the service model does not list (best practices page).
A token is bound to its operation and to the other arguments, MaxResults aside.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from connect_sim.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LIFETIME_SECONDS = 24 * 3600.0
_UNBOUND = ("NextToken", "MaxResults")
_FIRST_PAGE = 1
_CHECKSUM_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page starts: after which key, and its number, counted from 1."""

    after: str | None = None
    page: int = _FIRST_PAGE


class PageTokens:
    """Mints and reads tokens. They need no memory, so they survive a restart."""

    def mint(self, operation: str, params: Mapping[str, Any], position: Position, now: float) -> str:
        """Return a token for the page that starts at `position`."""
        fields = [operation, _fingerprint(params), position.after, position.page, round(now, 6)]
        text = json.dumps(fields, separators=(",", ":"))
        return base64.urlsafe_b64encode(f"{_checksum(text)}{text}".encode()).decode()

    def read(self, operation: str, params: Mapping[str, Any], now: float) -> Position:
        """Return where the page asked for starts. Raises ApiError InvalidToken."""
        token = params.get("NextToken")
        if not token:
            return Position()
        try:
            text = base64.urlsafe_b64decode(str(token).encode("ascii")).decode()
            checksum, text = text[:_CHECKSUM_LENGTH], text[_CHECKSUM_LENGTH:]
            fields = json.loads(text) if checksum == _checksum(text) else []
            minted_for, fingerprint, after, page, minted_at = fields
        except ValueError:
            raise ApiError("InvalidToken", "NextToken is not a token of this API.") from None
        if now - minted_at > LIFETIME_SECONDS:
            raise ApiError("InvalidToken", "NextToken has expired; tokens are valid for 24 hours.")
        if minted_for != operation or fingerprint != _fingerprint(params):
            raise ApiError("InvalidToken", "NextToken belongs to a call with other arguments.")
        return Position(after, page)


def page_number(params: Mapping[str, Any]) -> int:
    """Return which page a call asks for, without judging the token: 1 if there is none or it cannot be read."""
    try:
        text = base64.urlsafe_b64decode(str(params.get("NextToken", "")).encode("ascii")).decode()
        return int(json.loads(text[_CHECKSUM_LENGTH:])[3])
    except (ValueError, IndexError, TypeError):
        return _FIRST_PAGE


def _checksum(text: str) -> str:
    return hashlib.sha256(f"page token:{text}".encode()).hexdigest()[:_CHECKSUM_LENGTH]


def _fingerprint(params: Mapping[str, Any]) -> str:
    bound = {name: value for name, value in params.items() if name not in _UNBOUND}
    return hashlib.sha256(json.dumps(bound, sort_keys=True).encode()).hexdigest()[:_CHECKSUM_LENGTH]


class _Clocked(Protocol):
    @property
    def now(self) -> float: ...
    @property
    def tokens(self) -> PageTokens: ...


ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Listing:
    """How an operation pages: its name, its output list, and its page size when MaxResults is left out."""

    operation: str
    result_key: str
    default_size: int = 100

    def page(
        self,
        params: Mapping[str, Any],
        context: _Clocked,
        after: Callable[[str | None], Iterator[ItemT]],
        key: Callable[[ItemT], str],
    ) -> tuple[list[ItemT], str | None]:
        """Return one page of items and the next page's token; looks at no item beyond the page but one."""
        position = context.tokens.read(self.operation, params, context.now)
        size = int(params.get("MaxResults") or self.default_size)
        items = list(islice(after(position.after), size + 1))
        if len(items) <= size:
            return items, None
        items.pop()
        following = Position(key(items[-1]), position.page + 1)
        return items, context.tokens.mint(self.operation, params, following, context.now)

    def output(
        self,
        params: Mapping[str, Any],
        context: _Clocked,
        after: Callable[[str | None], Iterator[ItemT]],
        write: Callable[[ItemT], dict[str, Any]],
    ) -> dict[str, Any]:
        """Return the output of a plain listing of records with an `id`."""
        items, token = self.page(params, context, after, lambda item: str(item.id))  # type: ignore[attr-defined]
        return {self.result_key: [write(item) for item in items], "NextToken": token}
