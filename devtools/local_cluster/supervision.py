"""The near end of supervisor.py: starting it, asking it, ending it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast

from local_cluster import supervisor

_SECONDS_TO_CLEAN_UP = 15


class SupervisionError(Exception):
    """The supervisor could not do what was asked, or is gone."""


class Supervision:
    """A supervisor with its folder, and the servers that it runs; not for use by several threads at once."""

    def __init__(self) -> None:
        # A session of its own: Ctrl-C on the terminal is for the asking process, which then ends this one in order.
        self._process = subprocess.Popen(
            [sys.executable, "-IS", supervisor.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        # Both are there, because both are PIPE.
        self._requests = cast("TextIO", self._process.stdin)
        self._answers = cast("TextIO", self._process.stdout)
        self.folder = Path(self._read()["folder"])

    @property
    def pid(self) -> int:
        """The supervisor's process; the servers are its children."""
        return self._process.pid

    def start(self, name: str, argv: list[str], log: Path) -> None:
        """Start a server in the folder; it replaces one of the same name that has ended."""
        self._ask({"do": "start", "name": name, "argv": argv, "log": str(log)})

    def exit_code(self, name: str) -> int | None:
        """None while the server runs."""
        return self._exit_code({"do": "poll", "name": name})

    def stop(self, name: str, grace: float) -> None:
        """Terminate a server; kill it when it still runs after ``grace`` seconds."""
        self._exit_code({"do": "stop", "name": name, "grace": grace})

    def close(self) -> None:
        """Kill all servers and remove the folder. May be called again."""
        with suppress(BrokenPipeError):  # it was killed, and something was still unsent
            self._requests.close()
        try:
            self._process.wait(_SECONDS_TO_CLEAN_UP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._answers.close()
        # Only left over when the supervisor itself was killed.
        shutil.rmtree(self.folder, ignore_errors=True)

    def _exit_code(self, request: dict[str, Any]) -> int | None:
        code = self._ask(request)["exit_code"]
        return None if code is None else int(code)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            self._requests.write(json.dumps(request) + "\n")
            self._requests.flush()
        except (BrokenPipeError, ValueError) as error:
            raise SupervisionError("the cluster's supervisor is gone") from error
        return self._read()

    def _read(self) -> dict[str, Any]:
        line = self._answers.readline()
        if not line:
            raise SupervisionError("the cluster's supervisor has ended without an answer")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise SupervisionError(answer["error"])
        return answer
