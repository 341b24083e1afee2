"""Building what is missing, once per machine: the programs of programs.py, with Go, from the pinned modules in go/."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from local_cluster.exclusive import exclusive
from local_cluster.programs import PROGRAMS, Program, cache_folder, cached_path, find
from local_cluster.progress import Progress
from local_cluster.tool_run import ToolError, run_with_progress
from local_cluster.toolchain import Toolchain, go_version, private_work_folder, toolchain

if TYPE_CHECKING:
    from collections.abc import Mapping

# The linker alone takes this long, on however many cores.
_LEAST_SECONDS = 20.0
# Whoever works on this machine meanwhile goes first.
_NICE = ("nice", "-n", "19")
_REMEDY = (
    "If the Go modules could not be fetched: set HTTPS_PROXY or GOPROXY so that Go can, and run the same again.\n"
    "Or put a program of that name of your own into a folder and set KUBEBUILDER_ASSETS to it."
)


def ensure_programs(environ: Mapping[str, str] | None = None, out: TextIO | None = None) -> dict[str, Path]:
    """The path of each program by its name; what is nowhere is built first, with progress on ``out`` (stderr).

    Raises ToolError when Go or pip fails. Processes that build at the same time wait for one another.
    """
    return {program.name: ensure_program(program, environ, out) for program in PROGRAMS}


def ensure_program(program: Program, environ: Mapping[str, str] | None = None, out: TextIO | None = None) -> Path:
    """The path of one program, likewise."""
    environ = os.environ if environ is None else environ
    return find(program, environ) or _build(program, environ, Progress(out or sys.stderr))


def expected_seconds(program: Program, cores: int) -> float:
    """How long a person waits for a build that starts from nothing."""
    return max(program.build_cpu_seconds / cores, _LEAST_SECONDS)


def _build(program: Program, environ: Mapping[str, str], progress: Progress) -> Path:
    target = cached_path(program, environ)
    expected = expected_seconds(program, os.cpu_count() or 1)
    progress.begin(f"waiting until no other process builds {program}", expected)
    # One lock for all: two builds at the same time would only share the cores and the module downloads.
    with exclusive(cache_folder(environ) / "build.lock", while_waiting=progress.tick) as lock:
        if find(program, environ) is None:
            _build_locked(program, target, lock, environ, progress)
    return target


def _build_locked(program: Program, target: Path, lock: int, environ: Mapping[str, str], progress: Progress) -> None:
    required = go_version((program.module_folder / "go.mod").read_text())
    tool = toolchain(required, environ, progress)
    target.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, so that the last step is a rename and nobody ever runs half a program.
    unfinished = target.with_name(f".{target.name}.unfinished")
    progress.begin(f"building {program}, once on this machine", expected_seconds(program, os.cpu_count() or 1))
    flags = ("-ldflags", program.linker_flags)
    try:
        run_with_progress(
            [*_NICE, tool.go, "build", "-C", program.module_folder, *("-o", unfinished), *flags, program.package],
            environ=tool.environment,
            keep_open=lock,
            progress=progress,
            remedy=_REMEDY,
        )
        _copy_needs(program, tool, target.parent)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    progress.end(f"built {program} into {target.parent}")
    if all(find(each, environ) for each in PROGRAMS):
        shutil.rmtree(private_work_folder(environ), ignore_errors=True)


def _copy_needs(program: Program, tool: Toolchain, folder: Path) -> None:
    if not program.needs:
        return
    where: list[str | Path] = [tool.go, "list", "-C", program.module_folder, "-m", "-f", "{{.Dir}}", program.wraps]
    found = subprocess.run(where, env=tool.environment, capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise ToolError(f"go list ended with exit code {found.returncode}:\n{found.stderr}")
    for file in program.needs:
        (folder / Path(file).name).write_bytes(Path(found.stdout.strip(), file).read_bytes())
