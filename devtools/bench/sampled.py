"""``python -m bench.sampled FILE ARGUMENT…``: the operator's command line, sampled each 10 ms of CPU that it uses.

The file has one line a stack, outermost function first, and how often it was seen: what flame graph tools read. A
sample is the main thread's stack; while that waits for I/O, those of the threads that work.
"""

from __future__ import annotations

import signal
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from types import CodeType, FrameType

from connect_operator.cli import main

_EVERY = 0.01
_WAITING = frozenset({"select", "poll", "wait", "acquire", "readinto", "recv_into", "read", "get", "_worker"})


class Sampler:
    """Counts stacks while the process uses CPU."""

    def __init__(self) -> None:
        self.stacks: Counter[str] = Counter()

    def start(self) -> None:
        """Sample from now on. Only in the main thread."""
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)

    def write(self, file: Path) -> None:
        """Stop, and write what was seen."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = (f"{stack} {count}\n" for stack, count in self.stacks.most_common())
        file.write_text("".join(lines), encoding="utf-8")

    def _sample(self, _number: int, frame: FrameType | None) -> None:
        if frame is not None and not _waits(frame):
            self.stacks[_stack(frame)] += 1
            return
        for each in sys._current_frames().values():  # noqa: SLF001 - the one way to other threads' frames
            if each is not sys._getframe() and not _waits(each):  # noqa: SLF001 - likewise, of this function
                self.stacks[_stack(each)] += 1


def _waits(frame: FrameType) -> bool:
    return frame.f_code.co_name in _WAITING


def _stack(frame: FrameType | None) -> str:
    names: list[str] = []
    while frame is not None:
        names.append(_name(frame.f_code))
        frame = frame.f_back
    return ";".join(reversed(names))


@cache
def _name(code: CodeType) -> str:
    return f"{code.co_qualname} ({'/'.join(Path(code.co_filename).parts[-3:])})"


if __name__ == "__main__":
    output = Path(sys.argv[1])
    sampler = Sampler()
    sampler.start()
    try:
        main(sys.argv[2:], prog_name="connect-operator")
    finally:
        sampler.write(output)
