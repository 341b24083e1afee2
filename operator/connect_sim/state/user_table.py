"""The users of one instance, and what of them a reader sees at a moment: Connect is eventually consistent.

Three views lag separately: Describe (also Update*, tags, proficiencies), List and Search. A user may be invisible for a
while after creation, show older content for a while after an edit, and linger for a while after deletion.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING

from msgspec import Struct

from connect_sim.state.records import User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Delays(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seconds, or moments, per view."""

    describe: float = 0.0
    list: float = 0.0
    search: float = 0.0

    def of(self, view: str) -> float:
        """Return the value of "describe", "list" or "search"."""
        return float(getattr(self, view))

    @property
    def longest(self) -> float:
        """The greatest of the three."""
        return max(self.describe, self.list, self.search)

    def since(self, now: float) -> Delays:
        """Return the moments that lie these seconds after `now`."""
        return Delays(describe=now + self.describe, list=now + self.list, search=now + self.search)


NO_DELAY = Delays()


class StoredUser(Struct, frozen=True, kw_only=True):
    """A user, and from which moment each view shows it."""

    user: User
    visible_from: Delays = NO_DELAY


class Reader(Struct, frozen=True, kw_only=True):
    """Who looks: through which view, when, and by how many seconds content lags there."""

    view: str
    now: float
    content_lag: float = 0.0


class UserTable:
    """Users by ID and by username, listed by ID."""

    def __init__(self) -> None:
        self._stored: dict[str, StoredUser] = {}
        self._order: list[str] = []
        self._by_name: dict[str, str] = {}
        self._by_folded_name: dict[str, set[str]] = {}
        self._older: dict[str, list[tuple[float, User]]] = {}
        self._lingering: dict[str, tuple[User, Delays]] = {}
        self._freed_names: dict[str, float] = {}
        self._all_visible_from = 0.0

    def __len__(self) -> int:
        return len(self._stored)

    # --- the truth ---------------------------------------------------------------------------

    def get(self, user_id: str) -> StoredUser | None:
        """Return what is stored, whoever may see it."""
        return self._stored.get(user_id)

    def all(self) -> Iterator[StoredUser]:
        """Yield what is stored, by ID."""
        return (self._stored[user_id] for user_id in self._order if user_id in self._stored)

    def by_username(self, username: str) -> User | None:
        """Return the user of exactly this name."""
        found = self._by_name.get(username)
        return self._stored[found].user if found else None

    def is_taken(self, username: str, *, ignore_case: bool) -> bool:
        """Tell whether a user has the name."""
        return username in self._by_name or (ignore_case and username.casefold() in self._by_folded_name)

    def freed_at(self, username: str) -> float | None:
        """Return when a user of this name was last deleted, or None."""
        return self._freed_names.get(username)

    def put(self, stored: StoredUser, *, replaced_at: float, keep_older: float = 0.0) -> None:
        """Add a user or replace its record; keep the older one for `keep_older` seconds for lagging readers."""
        user_id = stored.user.id
        before = self._stored.get(user_id)
        if before is None:
            self._insert(stored)
        elif keep_older > 0:
            kept = [(at, user) for at, user in self._older.get(user_id, ()) if at > replaced_at - keep_older]
            self._older[user_id] = [*kept, (replaced_at, before.user)]
        else:
            self._older.pop(user_id, None)
        self._stored[user_id] = stored
        self._all_visible_from = max(self._all_visible_from, stored.visible_from.longest)

    def _insert(self, stored: StoredUser) -> None:
        user = stored.user
        if user.id not in self._lingering:
            insort(self._order, user.id)
        self._lingering.pop(user.id, None)
        self._by_name[user.username] = user.id
        self._by_folded_name.setdefault(user.username.casefold(), set()).add(user.id)

    def remove(self, user_id: str, *, now: float, linger: Delays = NO_DELAY) -> User | None:
        """Remove a user; views go on showing it for `linger` seconds."""
        self._purge(now)
        stored = self._stored.pop(user_id, None)
        if stored is None:
            return None
        user = stored.user
        self._older.pop(user_id, None)
        self._by_name.pop(user.username, None)
        folded = self._by_folded_name[user.username.casefold()]
        folded.discard(user_id)
        if not folded:
            del self._by_folded_name[user.username.casefold()]
        self._freed_names[user.username] = now
        if linger.longest > 0:
            self._lingering[user_id] = (user, linger.since(now))
        else:
            del self._order[bisect_right(self._order, user_id) - 1]
        return user

    def _purge(self, now: float) -> None:
        for user_id in [key for key, (_, until) in self._lingering.items() if until.longest <= now]:
            del self._lingering[user_id]
            del self._order[bisect_right(self._order, user_id) - 1]

    # --- what a reader sees -----------------------------------------------------------------

    def seen(self, user_id: str, reader: Reader) -> User | None:
        """Return the user as the reader sees it, or None."""
        stored = self._stored.get(user_id)
        if stored is None:
            ghost = self._lingering.get(user_id)
            return ghost[0] if ghost and ghost[1].of(reader.view) > reader.now else None
        if stored.visible_from.of(reader.view) > reader.now:
            return None
        if reader.content_lag > 0:
            for replaced_at, older in self._older.get(user_id, ()):
                if replaced_at > reader.now - reader.content_lag:
                    return older
        return stored.user

    def after(self, user_id: str | None, reader: Reader) -> Iterator[User]:
        """Yield what the reader sees of the users whose ID is greater, in order."""
        start = 0 if user_id is None else bisect_right(self._order, user_id)
        for index in range(start, len(self._order)):
            user = self.seen(self._order[index], reader)
            if user is not None:
                yield user

    def count(self, reader: Reader) -> int:
        """Return how many users the reader sees; constant time unless some are hidden or linger."""
        if self._all_visible_from <= reader.now and not self._lingering:
            return len(self._stored)
        return sum(1 for _ in self.after(None, reader))

    def snapshot(self, reader: Reader) -> FrozenUsers:
        """Return what the reader sees now, for later."""
        return FrozenUsers(list(self.after(None, reader)))


class FrozenUsers:
    """A listing that does not change any more: what a stale list shows."""

    def __init__(self, users: list[User]) -> None:
        self._users = users

    def after(self, user_id: str | None, reader: Reader) -> Iterator[User]:  # noqa: ARG002 - the same shape as UserTable
        """Yield the frozen users whose ID is greater, in order."""
        key: Callable[[User], str] = lambda user: user.id  # noqa: E731 - typed for bisect
        start = 0 if user_id is None else bisect_right(self._users, user_id, key=key)
        yield from self._users[start:]

    def count(self, reader: Reader) -> int:  # noqa: ARG002 - the same shape as UserTable
        """Return how many users the listing has."""
        return len(self._users)

    def by_username(self, username: str) -> User | None:
        """Return the user of exactly this name."""
        return next((user for user in self._users if user.username == username), None)
