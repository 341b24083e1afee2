"""Progress as lines, with a clock that is moved by hand."""

from __future__ import annotations

import pytest

from connect_operator.cli.progress import LineTask, duration


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_quick_read_says_nothing() -> None:
    said: list[str] = []
    task = LineTask(said.append, Clock(), "reading", 3)
    for _ in range(3):
        task.advance()
    assert said == []


def test_a_long_read_says_now_and_then_how_long_it_takes() -> None:
    said: list[str] = []
    clock = Clock()
    task = LineTask(said.append, clock, "reading", None)
    task.expect(100)
    for _ in range(100):
        clock.now += 3.0
        task.advance()
    assert said[:2] == ["reading: 4 of 100, about 5 min left", "reading: 8 of 100, about 5 min left"]
    assert said[-1] == "reading: 100"
    assert len(said) == 25


def test_a_total_that_is_not_known_is_not_invented() -> None:
    said: list[str] = []
    clock = Clock()
    task = LineTask(said.append, clock, "reading", None)
    clock.now += 11.0
    task.advance(500)
    assert said == ["reading: 500"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (60, "about 1 min"),
        (500, "about 8 min"),
        (3599, "about 60 min"),
        (3600, "about 1 h 0 min"),
        (5000, "about 1 h 23 min"),
    ],
)
def test_durations_are_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text
