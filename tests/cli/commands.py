"""Running `connect-operator` as a person's shell or a pipeline does: a process of its own, streams apart."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml

PROGRAM = str(Path(sys.executable).with_name("connect-operator"))
# Far above what a test needs: only tests of the quota wait for it.
FAST = ("--rate", "1000")
_TIMEOUT = 120.0


class Ended(NamedTuple):
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[dict[str, Any]]:
        """What it wrote, as YAML documents."""
        return list(yaml.safe_load_all(self.out))


@dataclass(frozen=True)
class Cli:
    """The commands, in this environment."""

    environment: Mapping[str, str]

    def with_environment(self, **variables: str) -> Cli:
        """The same with these variables set."""
        return Cli({**self.environment, **variables})

    def __call__(self, *arguments: str | Path, stdin: str = "") -> Ended:
        """Run to the end, with pipes for streams."""
        ended = subprocess.run(  # noqa: S603 - the program under test
            [PROGRAM, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env=dict(self.environment),
            timeout=_TIMEOUT,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start, with pipes for streams; the caller ends it."""
        return subprocess.Popen(  # noqa: S603 - the program under test
            [PROGRAM, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(self.environment),
        )

    def on_terminal(self, *arguments: str | Path) -> Ended:
        """Run to the end on a terminal of its own; all output is in `out`, as a terminal gets it."""
        controller, terminal = pty.openpty()
        with subprocess.Popen(  # noqa: S603 - the program under test
            [PROGRAM, *map(str, arguments)],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env={**self.environment, "TERM": "xterm-256color"},
        ) as process:
            os.close(terminal)
            written = b"".join(iter(lambda: _read(controller), b""))
        os.close(controller)
        return Ended(process.returncode, written.decode().replace("\r\n", "\n"), "")


def _read(descriptor: int) -> bytes:
    """What there is to read; nothing once the last process has closed its end."""
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux tells that a terminal is closed
        return b""
