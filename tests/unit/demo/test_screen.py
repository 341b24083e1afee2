"""What reaches a log, and what reaches a narrow terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from demo.screen import Screen

_UUID = "5eed0000-0000-4000-8000-000000000001"
_COLUMNS = ("NAME", "USER-ID", "AGE")


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def a_screen(width: int = 110) -> tuple[Screen, io.StringIO, _Clock]:
    out, clock = io.StringIO(), _Clock()
    return Screen(Console(file=out, width=width, highlight=False, markup=False), clock), out, clock


def test_a_log_has_no_control_characters() -> None:
    screen, out, _ = a_screen()
    screen.heading("Act 1 of 8")
    screen.observed("seen [bold]as it is[/]")
    screen.failed("not seen")
    screen.command("kubectl get connectusers")
    screen.document("kind: ConnectUser\nspec: {}")
    screen.quote("a message")
    screen.table(_COLUMNS, [("jane", _UUID, "3s")])
    with screen.progress(2) as show:
        show(2, "Ready")
    text = out.getvalue()
    assert [character for character in text if not (character.isprintable() or character == "\n")] == []
    assert "seen [bold]as it is[/]" in text


def test_lines_carry_the_seconds_since_the_start() -> None:
    screen, out, clock = a_screen()
    clock.now = 12.34
    screen.timed("applied")
    assert out.getvalue() == " 12.3 s applied\n"


def test_long_lines_go_on_below_their_beginning() -> None:
    screen, out, _ = a_screen(width=50)
    screen.timed("word " * 12)
    first, second, *_ = out.getvalue().splitlines()
    assert first.startswith("  0.0 s word")
    assert second.startswith("        word")


def test_commands_are_never_broken_because_they_are_copied() -> None:
    screen, out, _ = a_screen(width=40)
    command = "kubectl patch connectuser alex.kim --type merge -p '{}'"
    screen.command(command)
    assert f"$ {command}\n" in out.getvalue()


@pytest.mark.parametrize(
    ("width", "whole"), [(110, True), (80, False)], ids=["wide enough", "a narrow terminal: short IDs, no AGE"]
)
def test_tables_fit(width: int, whole: bool) -> None:  # noqa: FBT001 - a parameter of the table
    screen, out, _ = a_screen(width=width)
    screen.table(_COLUMNS, [("jane.doe", _UUID, "3s")])
    text = out.getvalue()
    assert (_UUID in text) is whole
    assert ("AGE" in text) is whole
    assert "5eed0000" in text
    assert max(len(line) for line in text.splitlines()) <= width


def test_progress_in_a_log_is_a_line_now_and_then_and_one_at_the_end() -> None:
    screen, out, clock = a_screen()
    with screen.progress(3) as show:
        for done, at in ((0, 0.0), (1, 0.5), (1, 2.5), (2, 2.6), (3, 2.7), (3, 9.0)):
            clock.now = at
            show(done, "Ready")
    shown = [line.split("s", 1)[1].split()[0] for line in out.getvalue().splitlines()]
    assert shown == ["0", "1", "3"]
