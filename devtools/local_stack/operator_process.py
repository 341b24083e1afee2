"""`connect-operator run` as a child process: started, stopped, killed and started again as a test wants it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

PROGRAM = (str(Path(sys.executable).with_name("connect-operator")),)
"""The command that a user types, of this very environment."""
_STOP_SECONDS = 30.0


class OperatorProcess:
    """The operator, with its log in a file. Use as a context manager; it ends with it.

    `environment` is added to this process's own; servers for health and metrics are off unless it says otherwise,
    and so is leader election.
    """

    def __init__(
        self,
        kubeconfig: str | Path,
        environment: Mapping[str, str],
        *,
        arguments: Sequence[str] = (),
        program: Sequence[str] = PROGRAM,
    ) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CONNECT_OPERATOR_"))},
            "CONNECT_OPERATOR_HEALTH_ADDRESS": "",
            "CONNECT_OPERATOR_METRICS_ADDRESS": "",
            "CONNECT_OPERATOR_LOG_FORMAT": "json",
            # One process a cluster is the rule here; where one is killed, the next would wait for its Lease to run out.
            "CONNECT_OPERATOR_LEADER_ELECTION": "false",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            **environment,
            "KUBECONFIG": str(kubeconfig),
        }
        self._command = [*program, "run", *arguments]
        self._process: subprocess.Popen[bytes] | None = None
        descriptor, name = tempfile.mkstemp(prefix="connect-operator-", suffix=".log")
        os.close(descriptor)
        self.log_file = Path(name)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._running().pid

    @property
    def log(self) -> str:
        """Everything it has logged so far, over all its starts."""
        return self.log_file.read_text(errors="replace")

    def start(self) -> Self:
        """Start it (again)."""
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        return self

    def stop(self) -> int:
        """SIGTERM, and wait for the orderly end; returns the exit code."""
        process = self._running()
        process.terminate()
        return process.wait(_STOP_SECONDS)

    def kill(self) -> None:
        """SIGKILL: it ends in the middle of whatever it does."""
        process = self._running()
        process.kill()
        process.wait()

    def pause(self) -> None:
        """SIGSTOP."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    def wait(self, timeout: float) -> int:
        """Wait for it to end by itself; returns the exit code."""
        return self._running().wait(timeout)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.running:
            self.kill()
        with contextlib.suppress(FileNotFoundError):
            self.log_file.unlink()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the operator was not started")
        return self._process


def wait_for_log(operator: OperatorProcess, text: str, timeout: float = 300.0) -> None:
    """Wait until the operator has logged that text."""
    deadline = time.monotonic() + timeout
    while text not in operator.log:
        if not operator.running or time.monotonic() > deadline:
            raise TimeoutError(f"the operator has not logged {text!r}:\n{operator.log[-4000:]}")
        time.sleep(0.02)
