"""One line that tells a waiting person how far a long step is; no knowledge of what the step does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS_BETWEEN_LINES = 15.0
_ERASE_TO_END_OF_LINE = "\x1b[K"


def minutes(seconds: float) -> str:
    """Minutes and seconds, for instance ``4:05``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def progress_text(step: str, elapsed: float, expected: float) -> str:
    """For instance ``building etcd v3.6.16: 0:12 of about 1:00``; times in seconds."""
    if elapsed <= expected:
        return f"{step}: {minutes(elapsed)} of about {minutes(expected)}"
    return f"{step}: {minutes(elapsed)}, longer than the expected {minutes(expected)}"


class Progress:
    """Reports a step: in place on a terminal, elsewhere one line now and then, so that a log stays short."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._in_place = out.isatty()
        self.begin("working", 0)

    def begin(self, step: str, expected: float) -> None:
        """Start a step that takes about ``expected`` seconds; it shows with the first tick."""
        self._step, self._expected = step, expected
        self._started = self._clock()
        self._last_line = float("-inf")

    def tick(self) -> None:
        """Bring the line up to date; call as often as you like."""
        now = self._clock()
        text = progress_text(self._step, now - self._started, self._expected)
        if self._in_place:
            self._write(f"\r{text}{_ERASE_TO_END_OF_LINE}")
        elif now - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = now
            self._write(text + "\n")

    def end(self, result: str) -> None:
        """Replace the line by the result and the time that the step took."""
        text = f"{result} ({minutes(self._clock() - self._started)})"
        self._write(f"\r{text}{_ERASE_TO_END_OF_LINE}\n" if self._in_place else text + "\n")

    def abandon(self) -> None:
        """Leave the line as it is and let what follows begin on its own line."""
        if self._in_place:
            self._write("\n")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
