"""What a person sees while programs are built."""

from __future__ import annotations

import io

import pytest

from local_cluster.progress import Progress, progress_text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """Seconds, moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("elapsed", "expected", "text"),
    [
        (0, 280, "building X: 0:00 of about 4:40"),
        (65.4, 280, "building X: 1:05 of about 4:40"),
        (280, 280, "building X: 4:40 of about 4:40"),
        (301, 280, "building X: 5:01, longer than the expected 4:40"),
        (4000, 4200, "building X: 66:40 of about 70:00"),
    ],
)
def test_progress_text(elapsed: float, expected: float, text: str) -> None:
    assert progress_text("building X", elapsed, expected) == text


def a_minute_of_ticks(out: io.StringIO) -> None:
    clock = Clock()
    progress = Progress(out, clock)
    progress.begin("building X", expected=60)
    for _ in range(120):
        progress.tick()
        clock.now += 0.5
    progress.end("built X")


def test_a_log_gets_a_line_every_fifteen_seconds() -> None:
    out = io.StringIO()

    a_minute_of_ticks(out)

    assert out.getvalue().splitlines() == [
        "building X: 0:00 of about 1:00",
        "building X: 0:15 of about 1:00",
        "building X: 0:30 of about 1:00",
        "building X: 0:45 of about 1:00",
        "built X (1:00)",
    ]


def test_a_terminal_gets_one_line_that_changes_in_place() -> None:
    out = Terminal()

    a_minute_of_ticks(out)

    assert out.getvalue().count("\n") == 1
    assert out.getvalue().endswith("\rbuilt X (1:00)\x1b[K\n")
    assert "\rbuilding X: 0:59 of about 1:00\x1b[K" in out.getvalue()


def test_each_step_begins_at_zero() -> None:
    out, clock = io.StringIO(), Clock()
    progress = Progress(out, clock)
    progress.begin("first", expected=5)
    progress.tick()
    clock.now += 7
    progress.begin("second", expected=5)
    progress.tick()

    assert out.getvalue().splitlines()[-1] == "second: 0:00 of about 0:05"


def test_a_step_that_never_ticks_says_nothing() -> None:
    out = io.StringIO()
    Progress(out, Clock()).begin("waiting", expected=5)

    assert not out.getvalue()
