"""The parts of a release, each made from a copy of the commit: wheel, chart, image."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from image import Builder, reason_against
from local_cluster.tool_run import ToolError
from release.archives import write_tar

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Source:
    """A copy of a commit: what lies about in the working tree is in no release."""

    folder: Path
    version: str
    epoch: int
    """The commit's time."""


def copy_of_the_commit(folder: Path) -> Source:
    """Unpack HEAD into a folder. Raises ToolError where there is no repository."""
    epoch = int(_said("git", "-C", str(ROOT), "log", "-1", "--format=%ct"))
    archive = folder.with_suffix(".tar")
    # Whatever this machine's umask is, the modes are the same.
    _said("git", "-C", str(ROOT), "-c", "tar.umask=0022", "archive", f"--output={archive}", "HEAD")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    for path in folder.rglob("*"):
        if not path.is_symlink():
            os.utime(path, (epoch, epoch))
    return Source(folder, _version(folder), epoch)


def has_changes() -> bool:
    """Whether the working tree differs from the commit."""
    return bool(_said("git", "-C", str(ROOT), "status", "--porcelain"))


def make_wheel(source: Source, out: Path) -> Path:
    """The wheel, by the pinned setuptools of this environment."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "-q"]
    _said(
        *pip, "--no-deps", "--no-build-isolation", "--no-index", "-w", str(out), str(source.folder), epoch=source.epoch
    )
    (wheel,) = out.glob("*.whl")
    return wheel


def make_chart(source: Source, out: Path) -> Path:
    """The chart as `helm package` names it."""
    archive = out / f"connect-operator-{source.version}.tgz"
    write_tar(source.folder / "charts" / "connect-operator", archive, source.epoch, name="connect-operator")
    return archive


def make_image(source: Source, out: Path) -> Path | str:
    """The image as an OCI archive, or why it cannot be made here."""
    if (reason := reason_against()) is not None:
        return reason
    folder = Path(tempfile.mkdtemp(prefix="connect-operator-image-"))
    try:
        builder = Builder(folder, os.environ)
        try:
            builder.import_base()
        except ToolError as error:
            return f"there is no base for it: {error}"
        builder.build(source.epoch, source.folder)
        builder.save(folder / "layout", source.version)
        archive = out / f"connect-operator-{source.version}.oci.tar"
        write_tar(folder / "layout", archive, source.epoch)
        return archive
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _version(folder: Path) -> str:
    lines = (folder / "pyproject.toml").read_text().splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("version = "))


def _said(*command: str, epoch: int | None = None) -> str:
    environment = dict(os.environ) if epoch is None else {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    # A wheel holds the modes of the files that it was made from.
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, umask=0o022)
    if done.returncode != 0:
        raise ToolError(f"{' '.join(command)} ended with exit code {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
