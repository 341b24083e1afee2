"""The unit of after-contact work in SearchUsers, which reports milliseconds where everything else has seconds.

The service model says so of the operation as a whole and of the legacy block; of the per-channel lists it says nothing
by itself. So the legacy block is taken for milliseconds unless it cannot be, and the unit of the lists is concluded
from the answer, all users of a page together, because the unit is the service's and not the user's:

- a value that is no whole number of seconds when read as milliseconds is in seconds;
- a value beyond what Connect allows in seconds is in milliseconds;
- else a channel is compared with the legacy block of the same user, whose one value is one of the channels'.

Where nothing tells, or the signs contradict each other, the unit is None and the value has to be read by DescribeUser.
One such DescribeUser tells the unit for all that follows (UnitMemory), so nobody pays a call per user for it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

LONGEST = 2_000_000
"""Seconds; the most that Connect documents (24 days)."""

LIMIT = "AfterContactWorkTimeLimit"

_BLOCKS = ("AfterContactWorkConfig", "AgentFirstCallbackAfterContactWorkConfig")


class Unit(enum.Enum):
    """A unit; the value is how many of it make a second."""

    SECONDS = 1
    MILLISECONDS = 1000


class Units(NamedTuple):
    """The unit of the legacy block and of the per-channel lists of one answer; None: it cannot be known."""

    legacy: Unit | None
    per_channel: Unit | None


IN_SECONDS = Units(Unit.SECONDS, Unit.SECONDS)
"""Every answer but SearchUsers'."""


class UnitMemory:
    """The unit of one instance's per-channel lists, as far as its answers have told it.

    Shared by threads; a lost update costs one DescribeUser more.
    """

    def __init__(self) -> None:
        self._known: Unit | None = None
        self._undecided: dict[str, list[int]] = {}

    def units(self, users: Sequence[Mapping[str, Any]]) -> Units:
        """The units of one page of SearchUsers, given as botocore returns it."""
        concluded = units(users, self._known)
        if concluded.per_channel is None:
            self._undecided |= {str(user.get("Id", "")): limits for user in users if (limits := _per_channel(user))}
        else:
            self._known = concluded.per_channel
            self._undecided = {}
        return concluded

    def learn(self, described: Mapping[str, Any]) -> None:
        """Compare a user of DescribeUser, which is in seconds, with what SearchUsers showed of the same one."""
        shown = self._undecided.pop(str(described.get("Id", "")), [])
        seconds = _per_channel(described)
        matching = {unit for unit in Unit if shown and shown == [value * unit.value for value in seconds]}
        self._known = _only(matching) or self._known


def units(users: Sequence[Mapping[str, Any]], known: Unit | None = None) -> Units:
    """The units of one page of SearchUsers; `known` is what former answers told of the lists, if this one is mute."""
    legacy = [value for user in users if (value := _legacy(user))]
    signs = _signs(legacy)
    of_legacy = Unit.MILLISECONDS if not signs else _only(signs)
    per_channel = [value for user in users for value in _per_channel(user)]
    signs = _signs(per_channel) or _comparisons(users, of_legacy)
    return Units(of_legacy, _only(signs) if signs else known)


def in_seconds(value: int, unit: Unit | None) -> int | None:
    """The value in seconds, None when the unit is not known; 0 (unlimited) is 0 in any unit."""
    if not value:
        return 0
    return None if unit is None else value // unit.value


def has_limits(user: Mapping[str, Any]) -> bool:
    """Whether a user has any limit whose unit matters."""
    return bool(_legacy(user) or _per_channel(user))


def per_channel_limits(entries: Iterable[Mapping[str, Any]]) -> list[int]:
    """Every limit of these per-channel entries, as it stands, but for 0 and what is not set."""
    values = [int(entry.get(block, {}).get(LIMIT, 0)) for entry in entries for block in _BLOCKS]
    return [value for value in values if value]


def _signs(values: Iterable[int]) -> set[Unit]:
    signs = set()
    for value in values:
        if value % Unit.MILLISECONDS.value:
            signs.add(Unit.SECONDS)
        if value > LONGEST:
            signs.add(Unit.MILLISECONDS)
    return signs


def _comparisons(users: Iterable[Mapping[str, Any]], of_legacy: Unit | None) -> set[Unit]:
    """What the users whose legacy block repeats the value of a channel tell about the channels' unit."""
    if of_legacy is None:
        return set()
    signs = set()
    for user in users:
        seconds = _legacy(user) // of_legacy.value
        signs |= {unit for unit in Unit for value in _per_channel(user) if seconds and value == seconds * unit.value}
    return signs


def _only(signs: set[Unit]) -> Unit | None:
    return next(iter(signs)) if len(signs) == 1 else None


def _legacy(user: Mapping[str, Any]) -> int:
    return int(user.get("PhoneConfig", {}).get(LIMIT, 0))


def _per_channel(user: Mapping[str, Any]) -> list[int]:
    """The limits of all channels, by channel, so that two answers about one user compare."""
    entries = user.get("AfterContactWorkConfigs", [])
    return per_channel_limits(sorted(entries, key=lambda entry: str(entry.get("Channel", ""))))
