"""Windows for putting drift back: by the wall clock of a zone, over midnight and daylight-saving changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_operator.domain.kinds.spec import UNSET, RepairWindow
from connect_operator.domain.plan.repair_windows import DAYS, local_time, opening

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = RepairWindow(start="22:00", end="06:00", days=("Mon", "Tue", "Wed", "Thu", "Fri"))


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("reason", "window", "now", "is_open", "until"),
    [
        ("before it opens", NIGHT, "2026-11-27T21:59:59+01:00", False, "2026-11-27T22:00:00+01:00"),
        ("as it opens", NIGHT, "2026-11-27T22:00:00+01:00", True, "2026-11-28T06:00:00+01:00"),
        ("after midnight, on the day after", NIGHT, "2026-11-28T05:59:59+01:00", True, "2026-11-28T06:00:00+01:00"),
        (
            "as it closes on Saturday",
            NIGHT,
            "2026-11-28T06:00:00+01:00",
            False,
            "2026-11-30T22:00:00+01:00",
        ),
        ("Sunday's end is no start", NIGHT, "2026-11-30T01:00:00+01:00", False, "2026-11-30T22:00:00+01:00"),
        (
            "every day, absent days",
            RepairWindow(start="02:00", end="03:00"),
            "2026-11-28T12:00:00+01:00",
            False,
            "2026-11-29T02:00:00+01:00",
        ),
        (
            "the night that is an hour longer",
            RepairWindow(start="22:00", end="06:00"),
            "2026-10-24T23:00:00+02:00",
            True,
            "2026-10-25T06:00:00+01:00",
        ),
        (
            "an hour that the clock shows twice opens twice",
            RepairWindow(start="02:00", end="02:30"),
            "2026-10-25T02:30:00+02:00",
            False,
            "2026-10-25T02:00:00+01:00",
        ),
        (
            "put back out of the window",
            RepairWindow(start="02:30", end="05:00"),
            "2026-10-25T02:45:00+02:00",
            True,
            "2026-10-25T02:00:00+01:00",
        ),
        (
            "an hour that is missing: opens with the first that is within",
            RepairWindow(start="02:30", end="05:00"),
            "2027-03-28T01:30:00+01:00",
            False,
            "2027-03-28T03:00:00+02:00",
        ),
        (
            "swallowed whole: a week later",
            RepairWindow(start="02:15", end="02:45", days=("Sun",)),
            "2027-03-27T12:00:00+01:00",
            False,
            "2027-04-04T02:15:00+02:00",
        ),
        (
            "a whole day",
            RepairWindow(start="00:00", end="24:00", days=("Sat",)),
            "2026-11-28T12:00:00+01:00",
            True,
            "2026-11-29T00:00:00+01:00",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_windows_by_the_clock(reason: str, window: RepairWindow, now: str, until: str, *, is_open: bool) -> None:
    found = opening((window,), BERLIN, at(now))
    assert (found.is_open, found.until) == (is_open, at(until)), reason


def test_open_for_ever_has_no_end() -> None:
    assert opening((RepairWindow(start="00:00", end="24:00"),), BERLIN, at("2026-11-28T12:00:00Z")) == (True, None)


def test_a_time_is_shown_by_the_zones_clock() -> None:
    assert local_time(at("2026-11-27T21:00:00Z"), BERLIN) == "Fri 2026-11-27 22:00 +0100"


_times = st.integers(0, 1439).map(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}")
_windows = st.builds(
    RepairWindow,
    start=_times,
    end=st.one_of(_times, st.just("24:00")),
    days=st.one_of(st.just(UNSET), st.sets(st.sampled_from(DAYS), min_size=1).map(lambda days: tuple(sorted(days)))),
)
_ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Kathmandu",
    "Africa/Cairo",
)
# Changes of the clock in many of these zones lie within.
_moments = st.one_of(
    st.integers(0, 366 * 1440).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.integers(-1440, 1440).map(lambda minutes: datetime(2026, 10, 25, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.integers(-1440, 1440).map(lambda minutes: datetime(2026, 3, 29, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
)


def _shows(windows: list[RepairWindow], zone: ZoneInfo, moment: datetime) -> bool:
    """Read off the clock on the wall, as a person does: walk back to each start of today and yesterday."""
    shown = moment.astimezone(zone).replace(tzinfo=None)
    for window in windows:
        for day in (shown.date(), shown.date() - timedelta(days=1)):
            midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the wall clock names no zone
            start, end = (midnight + timedelta(minutes=_minutes(each)) for each in (window.start, window.end))
            end += timedelta(days=1) if end <= start else timedelta()
            if (window.days is UNSET or DAYS[day.weekday()] in window.days) and start <= shown < end:
                return True
    return False


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


@given(windows=st.lists(_windows, min_size=1, max_size=4), moment=_moments, zone=st.sampled_from(_ZONES))
def test_what_is_foreseen_is_what_the_clock_will_show(windows: list[RepairWindow], moment: datetime, zone: str) -> None:
    known = ZoneInfo(zone)
    found = opening(tuple(windows), known, moment.timestamp())
    assert found.is_open is _shows(windows, known, moment)
    end = moment + timedelta(days=2)
    until = end if found.until is None else min(end, datetime.fromtimestamp(found.until, UTC))
    for minutes in range(0, int((until - moment).total_seconds() // 60), 5):
        assert _shows(windows, known, moment + timedelta(minutes=minutes)) is found.is_open
    if found.until is not None:
        assert _shows(windows, known, datetime.fromtimestamp(found.until, UTC)) is not found.is_open
