"""Whether profiles are kept, and where: `make bench PROFILE=1` sets the environment variable."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from local_stack.operator_process import PROGRAM

_WANTED = "CONNECT_BENCH_PROFILES"
"""A folder, or empty."""


def program(name: str) -> Sequence[str]:
    """The operator's command line; with its profile written to a file of that name, if it has one and it is wanted."""
    folder = os.environ.get(_WANTED)
    if not folder or not name:
        return PROGRAM
    return (sys.executable, "-m", "bench.sampled", str(Path(folder).absolute() / f"{name}.txt"))
