"""The API server's clock, as its answers tell it: a time that has come stays so."""

from __future__ import annotations

import pytest

from connect_operator.clock import ServerClock


def shown(*told: float) -> list[float]:
    answers = iter(told)
    clock = ServerClock(lambda: next(answers), lambda: 7.0)
    return [clock.now() for _ in told]


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        pytest.param((100.0, 101.0, 102.5), [100.0, 101.0, 102.5], id="time goes on"),
        pytest.param((100.0, 99.1, 99.9, 100.2), [100.0, 100.0, 100.0, 100.2], id="answers differ by part of a second"),
        pytest.param((100.0, 40.0, 41.0), [100.0, 40.0, 41.0], id="the server's clock was set back"),
        pytest.param((100.0, 900.0), [100.0, 900.0], id="and forward"),
    ],
)
def test_what_time_it_is(told: tuple[float, ...], wanted: list[float]) -> None:
    assert shown(*told) == wanted


def test_the_monotonic_clock_is_this_machines() -> None:
    assert ServerClock(lambda: 0.0, lambda: 7.0).monotonic() == 7.0
