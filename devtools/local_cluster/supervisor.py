"""The parent of a cluster's servers: a program of its own, which outlives whoever started it by one clean-up.

However the process that wanted the cluster ends (return, Ctrl-C, SIGKILL), the pipe to this one closes; then the
servers are killed and their folder is removed. Run by its path, with the standard library only: it starts at once.

Protocol, one JSON object per line: it first writes {"folder": PATH}; then it answers each request
  {"do": "start", "name": N, "argv": [...], "log": PATH}   {}
  {"do": "poll", "name": N}                                {"exit_code": null while running, else the code}
  {"do": "stop", "name": N, "grace": SECONDS}              {"exit_code": ...}
or with {"error": TEXT}.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
# A socket's path may have 104 bytes (macOS; Linux 108), and its name in the folder takes some of them.
_LONGEST_FOLDER_PATH = 90


def _die_with(parent: int) -> Callable[[], None] | None:
    """What a server runs before it becomes one, so that it dies even when this process is killed; Linux only."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def arrange() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the arrangement
            os._exit(1)

    return arrange


class Servers:
    """The running servers by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._die_with_this = _die_with(os.getpid())

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what one request asks."""
        name = request["name"]
        if request["do"] == "start":
            return self._start(name, request["argv"], Path(request["log"]))
        process = self._processes[name]
        if request["do"] == "stop":
            process.terminate()
            try:
                process.wait(request["grace"])
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        return {"exit_code": process.poll()}

    def _start(self, name: str, argv: list[str], log: Path) -> dict[str, Any]:
        with log.open("ab") as output:
            self._processes[name] = subprocess.Popen(
                argv,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=self._die_with_this,  # noqa: PLW1509 - this process has one thread
            )
        return {}

    def kill_all(self) -> None:
        """Kill, not terminate: their data is about to be removed, so there is nothing to bring to an orderly end."""
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            process.wait()


def _make_folder(prefix: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    if len(os.fsencode(folder)) > _LONGEST_FOLDER_PATH:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    return folder


def _exit(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve requests until the pipe closes, then clean up."""
    signal.signal(signal.SIGTERM, _exit)
    folder = _make_folder("connect-operator-cluster-")
    servers = Servers(folder)
    try:
        _say({"folder": str(folder)})
        for line in sys.stdin:
            try:
                _say(servers.answer(json.loads(line)))
            except (OSError, KeyError, ValueError) as error:
                _say({"error": f"{type(error).__name__}: {error}"})
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        servers.kill_all()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        # Whoever asked is gone; everything is cleaned up. The interpreter must not try to flush into the pipe again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
