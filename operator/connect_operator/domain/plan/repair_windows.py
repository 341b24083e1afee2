"""When drift is put back: hours on the wall clock of a time zone. Pure; the time and the zone are arguments.

A window is open while the zone's clock shows a time within it, and at no other moment. So where the clock is put back,
a window within that hour opens twice, and where it is put forward, the hour that is missing opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from msgspec import UNSET

from connect_operator.domain.kinds.spec import RepairWindow

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# A window of one day in the week, which daylight-saving time swallows once, opens within two weeks.
_DAYS_AHEAD = 16
_DAY = 1440


class Opening(NamedTuple):
    """Whether a window is open, and until when that is so (epoch seconds); None: for as long as can be foreseen."""

    is_open: bool
    until: float | None


def opening(windows: tuple[RepairWindow, ...], zone: tzinfo, now: float) -> Opening:
    """How it stands at `now`, in epoch seconds."""
    is_open = _is_within(windows, zone, now)
    later = sorted({at for at in _instants(windows, zone, now) if at > now})
    return Opening(is_open, next((at for at in later if _is_within(windows, zone, at) is not is_open), None))


def local_time(at: float, zone: tzinfo) -> str:
    """The time as the zone's clock shows it, to the minute, with its distance from UTC."""
    return datetime.fromtimestamp(at, zone).strftime("%a %Y-%m-%d %H:%M %z")


def _is_within(windows: tuple[RepairWindow, ...], zone: tzinfo, at: float) -> bool:
    clock = datetime.fromtimestamp(at, zone)
    minute = clock.hour * 60 + clock.minute
    today, yesterday = DAYS[clock.weekday()], DAYS[clock.weekday() - 1]
    for window in windows:
        start, end = _minutes(window.start), _minutes(window.end)
        past_midnight = end <= start
        if _opens_on(window, today) and start <= minute and (past_midnight or minute < end):
            return True
        if past_midnight and _opens_on(window, yesterday) and minute < end:
            return True
    return False


def _opens_on(window: RepairWindow, day: str) -> bool:
    return window.days is UNSET or day in window.days


def _minutes(time: str) -> int:
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)


def _instants(windows: tuple[RepairWindow, ...], zone: tzinfo, now: float) -> Iterator[float]:
    """Every moment at which a window can open or close, for some days: its own times, and when the clock is changed."""
    first = datetime.fromtimestamp(now, zone).date() - timedelta(days=1)
    times = {_minutes(time) % _DAY for window in windows for time in (window.start, window.end)}
    for number in range(_DAYS_AHEAD):
        day = first + timedelta(days=number)
        for minutes in times:
            for fold in (0, 1):
                yield _epoch(day, minutes, zone, fold)
        yield from _changes(zone, _epoch(day, 0, zone, 0), _epoch(day + timedelta(days=1), 0, zone, 1))


def _epoch(day: date, minutes: int, zone: tzinfo, fold: int) -> float:
    shown = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone, fold=fold)
    return shown.astimezone(UTC).timestamp()


def _changes(zone: tzinfo, since: float, until: float) -> Iterator[float]:
    """When the zone's distance from UTC changes between two moments of one day."""
    if _offset(zone, since) == _offset(zone, until):
        return
    before, after = int(since), int(until)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == _offset(zone, since):
            before = middle
        else:
            after = middle
    yield float(after)


def _offset(zone: tzinfo, at: float) -> timedelta | None:
    return datetime.fromtimestamp(at, zone).utcoffset()
