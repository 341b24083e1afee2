"""A simulator as a child process: for tests that kill it, demos and benchmarks.

    with SimProcess(rate=float("inf")) as sim:
        client = boto3.client("connect", endpoint_url=sim.url, ...)
        # or start a program with env={**os.environ, **sim.env}
        sim.control.users()

The child stops when this process ends, however it ends: it watches its standard input.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Self

from connect_sim.cli import READY_LINE
from connect_sim.control_client import DEFAULT_INSTANCE, SimControl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

START_SECONDS = 120.0
STOP_SECONDS = 10.0
_POLL_SECONDS = 0.02


class SimProcess:
    """`connect-sim` on a free loopback port. The port stays the same over restarts."""

    def __init__(
        self,
        *,
        seed: Path | None = None,
        state: Path | None = None,
        rate: float | None = None,
        burst: float | None = None,
        arguments: Sequence[str] = (),
    ) -> None:
        named = {"--seed": seed, "--state": state, "--rate": rate, "--burst": burst}
        self._arguments = [part for name, value in named.items() if value is not None for part in (name, str(value))]
        self._arguments += arguments
        self._process: subprocess.Popen[str] | None = None
        # A pipe that nobody reads would stop the child once it is full.
        self._errors = tempfile.TemporaryFile("w+", prefix="connect-sim-")  # noqa: SIM115 - lives as long as this object
        self._port = 0
        self.env: dict[str, str] = {}

    @property
    def url(self) -> str:
        """The endpoint URL for AWS SDKs, without a trailing slash."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def control(self) -> SimControl:
        """A client for the control endpoint."""
        return SimControl(self.url)

    @property
    def instance_id(self) -> str:
        """The default seed's first instance."""
        return DEFAULT_INSTANCE

    @property
    def pid(self) -> int:
        """The child's process ID. Raises RuntimeError if it does not run."""
        if self._process is None:
            raise RuntimeError("the simulator does not run")
        return self._process.pid

    def start(self) -> Self:
        """Start the child and return once it listens. Raises RuntimeError with its output if it does not."""
        command = [sys.executable, "-m", "connect_sim", "--port", str(self._port), "--until-stdin-closes"]
        # The package may be on this process's path only, as in a source checkout.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
        self._process = subprocess.Popen(  # noqa: S603 - the command is this very interpreter
            [*command, *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=environment,
        )
        lines = self._startup_lines(self._process)
        self._port = int(lines[0].rpartition(":")[2])
        self.env = dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export "))
        return self

    def _startup_lines(self, process: subprocess.Popen[str]) -> list[str]:
        lines: list[str] = []
        for line in process.stdout or ():
            lines.append(line.strip())
            if line == f"{READY_LINE}\n":
                return lines
        process.communicate()
        self._process = None
        raise RuntimeError(f"connect-sim did not start: {self.stderr().strip() or 'it stopped without a reason'}")

    def stderr(self) -> str:
        """Return what the child, and those before it, wrote to standard error."""
        self._errors.seek(0)
        return self._errors.read()

    def wait(self, timeout: float = STOP_SECONDS) -> int:
        """Return the child's exit code once it has stopped by itself. Raises subprocess.TimeoutExpired."""
        if self._process is None:
            raise RuntimeError("the simulator does not run")
        code = self._process.wait(timeout)
        self.kill()
        return code

    def stop(self) -> None:
        """Stop the child in an orderly way (SIGTERM); kill it if it does not stop in time."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def kill(self) -> None:
        """Kill the child (SIGKILL), as a crash would."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def restart(self) -> Self:
        """Start again on the same port, after stopping if necessary. State is kept only with `state`."""
        self.stop()
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.start()
            except RuntimeError as error:
                # Somebody else may hold the port for a moment.
                if "in use" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(_POLL_SECONDS)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
