"""What a program costs that does next to nothing with the same objects, on the same cluster, in the same run."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.benchmark import BenchmarkError
from bench.rig import Rig
from bench.usage import UsageMeter
from local_cluster.build import ensure_program
from local_cluster.programs import NOOP


@dataclass(frozen=True, slots=True)
class Cost:
    """From the process's start until it has seen all objects."""

    seconds: float
    cpu_seconds: float
    peak_mebibytes: float


def kopf_on_event(rig: Rig, count: int, longest: float) -> Cost:
    """Kopf that hears of every object once."""
    return _measured([sys.executable, "-m", "bench.floors.kopf_on_event", str(count)], rig, longest)


def kopf_two_patches(rig: Rig, count: int, longest: float) -> Cost:
    """Kopf that writes its two patches to every object."""
    return _measured([sys.executable, "-m", "bench.floors.kopf_two_patches", str(count)], rig, longest)


def go_noop(rig: Rig, count: int, longest: float) -> Cost:
    """A controller in Go that does nothing, once for every object. Built first, once on this machine."""
    return _measured([str(ensure_program(NOOP)), str(count)], rig, longest)


def _measured(command: Sequence[str], rig: Rig, longest: float) -> Cost:
    environment = {**os.environ, "KUBECONFIG": str(Path(rig.cluster.kubeconfig))}
    began = time.monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            with UsageMeter(process.pid) as usage:
                said = _line(process.stdout, longest)
                seconds = time.monotonic() - began
            if said.strip() != b"done":
                raise BenchmarkError(f"{command[-2]} has not seen all objects within {longest:g} s")
        finally:
            process.kill()
    return Cost(seconds, usage.cpu_seconds, usage.peak_mebibytes)


def _line(stream: IO[bytes] | None, longest: float) -> bytes:
    if stream is None or not select.select([stream], [], [], longest)[0]:
        return b""
    return stream.readline()
