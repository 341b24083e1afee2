"""Running `connect-operator`: in this process where only the answer counts, else as a shell or a pipeline does."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from click.testing import CliRunner

from connect_operator.cli import main

PROGRAM = str(Path(sys.executable).with_name("connect-operator"))
# Far above what a test needs: only tests of the quota wait for it.
FAST = ("--rate", "1000")
_TIMEOUT = 600.0


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
        """Run to the end within this process: a process of its own spends seconds on imports."""
        absent: dict[str, str | None] = dict.fromkeys(os.environ.keys() - self.environment.keys())
        result = CliRunner().invoke(
            main,
            list(map(str, arguments)),
            input=stdin,
            env={**absent, **self.environment},
            prog_name="connect-operator",
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)

    def process(self, *arguments: str | Path, stdin: str = "") -> Ended:
        """Run to the end as a process, with pipes for streams."""
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

    @contextmanager
    def terminal(self, *arguments: str | Path) -> Iterator[Screen]:
        """Start on a terminal of its own."""
        controller, terminal = pty.openpty()
        process = subprocess.Popen(  # noqa: S603 - the program under test
            [PROGRAM, *map(str, arguments)],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env={**self.environment, "TERM": "xterm-256color"},
            start_new_session=True,
        )
        os.close(terminal)
        try:
            yield Screen(process, controller)
        finally:
            process.kill()
            process.wait()
            os.close(controller)

    def on_terminal(self, *arguments: str | Path) -> Ended:
        """Run to the end on a terminal; all output is in `out`, as the terminal gets it."""
        with self.terminal(*arguments) as screen:
            code = screen.ended()
            return Ended(code, screen.shown.replace("\r\n", "\n"), "")


@dataclass
class Screen:
    """A terminal and the program on it."""

    process: subprocess.Popen[bytes]
    controller: int
    shown: str = ""

    def wait_for(self, text: str, deadline: float = 30.0) -> str:
        """Read until the text is there; returns everything that was shown so far."""
        end = time.monotonic() + deadline
        while text not in self.shown:
            left = end - time.monotonic()
            assert left > 0, f"{text!r} is not in {self.shown!r}"
            if select.select([self.controller], [], [], left)[0]:
                self.shown += self._read()
        return self.shown

    def interrupt(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def ended(self) -> int:
        """Read to the end; returns the exit code."""
        while part := self._read():
            self.shown += part
        return self.process.wait(_TIMEOUT)

    def _read(self) -> str:
        """What there is to read; nothing once the program has closed its end."""
        try:
            return os.read(self.controller, 65536).decode(errors="replace")
        except OSError:  # how Linux tells that a terminal is closed
            return ""
