"""kubectl finds the command line as its plug-in `connect-users`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
KUBECTL = shutil.which("kubectl")


def test_the_plug_in_is_the_command_line() -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [BIN / "kubectl-connect_users", "--help"], capture_output=True, text=True, check=True
    )
    assert "plan" in done.stdout


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not on PATH")
def test_kubectl_finds_it() -> None:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(  # noqa: S603 - kubectl of this machine
        [str(KUBECTL), "connect-users", "plan", "--help"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "--file" in done.stdout or "-f" in done.stdout
