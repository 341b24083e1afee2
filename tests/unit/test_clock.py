"""The API server's clock, as its answers tell it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from connect_operator.clock import ServerClock

NOW = 1_800_000_000.0


class StoppedClock:
    def now(self) -> float:
        return NOW

    def monotonic(self) -> float:
        return 7.0


def heard(*dates: str) -> ServerClock:
    clock = ServerClock(StoppedClock())
    for date in dates:
        clock.hear(date)
    return clock


def http_date(time: float) -> str:
    return format_datetime(datetime.fromtimestamp(time, UTC), usegmt=True)


@pytest.mark.parametrize("off", [-86_400.0, -60.0, 60.0, 86_400.0])
def test_a_clock_that_is_wrong_here_does_not_matter(off: float) -> None:
    assert abs(heard(http_date(NOW + off)).now() - (NOW + off)) <= 1


def test_what_whole_seconds_cannot_tell_is_no_difference() -> None:
    assert heard(http_date(NOW + 1)).now() == NOW


def test_a_clock_that_was_put_right_is_believed() -> None:
    assert heard(http_date(NOW + 500), http_date(NOW)).now() == NOW


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Foo 2026"])
def test_what_is_no_date_tells_nothing(date: str) -> None:
    assert heard(http_date(NOW + 500), date).now() == heard(http_date(NOW + 500)).now()


def test_the_monotonic_clock_is_this_machines() -> None:
    assert heard(http_date(NOW + 500)).monotonic() == 7.0
