"""Running another project's tool for minutes: progress while it runs, its own words when it fails."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local_cluster.progress import Progress

_SECONDS_BETWEEN_TICKS = 0.5
_LINES_SHOWN = 25


class ToolError(Exception):
    """A tool failed; the message holds the command, the end of what the tool said, and what to do."""


def run_with_progress(
    command: Sequence[str | Path], *, environ: Mapping[str, str], keep_open: int, progress: Progress, remedy: str
) -> None:
    """Run ``command`` to its end, or raise ToolError. ``keep_open`` is a descriptor that it inherits."""
    with tempfile.TemporaryFile(mode="w+", errors="replace") as output:
        process = subprocess.Popen(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[keep_open],
        )
        try:
            exit_code = _wait(process, progress)
        except BaseException:  # Ctrl-C: the tool must not go on without us
            process.terminate()
            process.wait()
            progress.abandon()
            raise
        if exit_code != 0:
            progress.abandon()
            output.seek(0)
            said = "".join(output.readlines()[-_LINES_SHOWN:]).strip()
            raise ToolError(f"{Path(command[0]).name} ended with exit code {exit_code}:\n{said}\n{remedy}")


def _wait(process: subprocess.Popen[bytes], progress: Progress) -> int:
    while True:
        progress.tick()
        try:
            return process.wait(timeout=_SECONDS_BETWEEN_TICKS)
        except subprocess.TimeoutExpired:
            continue
