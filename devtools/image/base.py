"""The base: Debian's smallest system with its Python, by debootstrap, kept in the cache as one archive."""

from __future__ import annotations

import os
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from local_cluster.exclusive import exclusive
from local_cluster.programs import cache_folder
from local_cluster.progress import Progress
from local_cluster.tool_run import run_with_progress

if TYPE_CHECKING:
    from collections.abc import Mapping

# Its Python is 3.11, the oldest that the operator runs on.
SUITE = "bookworm"
PYTHON_VERSION = "3.11"
_PACKAGES = ("python3", "python3-venv", "ca-certificates")
_EXPECTED_SECONDS = 90
_REMEDY = "debootstrap needs root and a Debian mirror; behind a proxy set http_proxy."
# What a package manager leaves behind, and nobody runs.
_LEFT_OUT = ("./var/cache/", "./var/lib/apt/lists/", "./var/log/", "./usr/share/doc/", "./usr/share/man/")


def base_archive(environ: Mapping[str, str]) -> Path:
    """The archive; made when it is not in the cache. Raises ToolError."""
    archive = cache_folder(environ) / f"image-base-{SUITE}-python{PYTHON_VERSION}.tar"
    with exclusive(archive.with_suffix(".lock")) as lock:
        if not archive.exists():
            _make(archive, lock, environ)
    return archive


def _make(archive: Path, lock: int, environ: Mapping[str, str]) -> None:
    progress = Progress(sys.stderr)
    progress.begin(f"making a base image of Debian {SUITE}", _EXPECTED_SECONDS)
    with tempfile.TemporaryDirectory(prefix="connect-operator-base-", dir=archive.parent) as folder:
        tree = Path(folder) / "tree"
        command: list[str | Path] = [
            "nice",
            "-n",
            "19",
            "debootstrap",
            "--variant=minbase",
            f"--include={','.join(_PACKAGES)}",
            SUITE,
            tree,
        ]
        # debootstrap lives in /usr/sbin.
        path = f"{environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/sbin"
        run_with_progress(command, environ={**environ, "PATH": path}, keep_open=lock, progress=progress, remedy=_REMEDY)
        # The Dockerfile calls it as the images of a registry have it.
        (tree / "usr" / "bin" / "python").symlink_to("python3")
        unfinished = Path(folder) / "base.tar"
        with tarfile.open(unfinished, "w") as out:
            out.add(tree, arcname=".", filter=_kept)
        unfinished.replace(archive)
    progress.end(f"made {archive}")


def _kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if member.isdev() or member.name.startswith(_LEFT_OUT) else member
