"""On what the figures were measured: the machine, the versions, the state of the source."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

import psutil  # type: ignore[import-untyped] # it ships no annotations

from local_cluster.programs import PROGRAMS

_PACKAGES = ("connect-operator", "kopf", "boto3", "kubernetes", "aiohttp")
_MEBIBYTE = 1024 * 1024


def machine() -> dict[str, object]:
    """Processor, cores, memory and system."""
    return {
        "processor": _processor(Path("/proc/cpuinfo")),
        "cores": os.cpu_count(),
        "memoryMiB": psutil.virtual_memory().total // _MEBIBYTE,
        "system": platform.platform(),
        # What else the machine had to do: runnable processes over the last minute.
        "loadAverage": round(os.getloadavg()[0], 2),
    }


def versions(root: Path) -> dict[str, str]:
    """Python, the packages that matter, the pinned servers, and the commit."""
    packages = {name: importlib.metadata.version(name) for name in _PACKAGES}
    servers = {program.name: program.version for program in PROGRAMS}
    return {"python": platform.python_version(), **packages, **servers, "commit": _commit(root)}


def _processor(information: Path) -> str:
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _commit(root: Path) -> str:
    """The commit, with a + when files differ from it; "unknown" outside of a clone."""
    try:
        command = ["git", "-C", str(root), "describe", "--always", "--dirty=+", "--abbrev=12"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
