"""Builder: buildah with a storage of its own, in which nothing outlives it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from image.base import PYTHON_VERSION, base_archive
from local_cluster.programs import cache_folder
from local_cluster.tool_run import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
BASE, IMAGE = "localhost/connect-operator-base", "localhost/connect-operator"
_BASE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
_LINES_SHOWN = 40


def reason_against(environ: Mapping[str, str] | None = None) -> str | None:
    """Why no image can be built here; None if one can."""
    environ = os.environ if environ is None else environ
    path = f"{environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/sbin"
    missing = [name for name in ("buildah", "debootstrap") if shutil.which(name, path=path) is None]
    if missing:
        return f"{' and '.join(missing)} not on PATH (Debian: apt-get install buildah debootstrap)"
    return None if os.geteuid() == 0 else "debootstrap makes a system's files and needs root"


@dataclass(frozen=True)
class Builder:
    """``folder`` is empty and holds everything until somebody removes it."""

    folder: Path
    environ: Mapping[str, str]

    def build(self, epoch: int, source: Path = ROOT) -> None:
        """Build IMAGE on the imported base, with every time set to ``epoch``. Raises ToolError.

        The steps of the Dockerfile see no network: pip finds its packages, whose hashes it checks, in a folder.
        """
        configuration = self.folder / "pip.conf"
        configuration.write_text("[global]\nno-index = true\nfind-links = /wheels\n")
        volumes = (f"{self._wheels()}:/wheels:ro", f"{configuration}:/etc/pip.conf:ro")
        self.run(
            "bud",
            "--pull-never",
            f"--signature-policy={self._policy()}",
            f"--timestamp={epoch}",
            *(f"--volume={volume}" for volume in volumes),
            f"--build-arg=PYTHON_IMAGE={BASE}",
            f"--tag={IMAGE}",
            str(source),
        )

    def container(self, image: str = IMAGE) -> str:
        """A container of the image; its name."""
        return self.run("from", "--pull-never", f"--signature-policy={self._policy()}", image).strip()

    def tree(self, container: str) -> Path:
        """Where its files are."""
        return Path(self.run("mount", container).strip())

    def configuration(self, image: str = IMAGE) -> dict[str, Any]:
        """What the image says of how it runs (OCI image configuration, ``config``)."""
        found: dict[str, Any] = json.loads(self.run("inspect", "--type=image", image))["OCIv1"]["config"]
        return found

    def command(self, *arguments: str) -> list[str]:
        """The command line of buildah for this storage; run it with ``environment``."""
        return [
            "buildah",
            "--storage-driver=vfs",
            f"--root={self.folder / 'root'}",
            f"--runroot={self.folder / 'run'}",
            *arguments,
        ]

    @property
    def environment(self) -> dict[str, str]:
        """No namespaces, no overlay: it runs where containers cannot."""
        return {**self.environ, "BUILDAH_ISOLATION": "chroot", "TMPDIR": str(self.folder)}

    def save(self, layout: Path, name: str) -> None:
        """Write the image as a folder in the OCI image layout, which `podman load` reads when tar has packed it."""
        self.run("push", f"--signature-policy={self._policy()}", IMAGE, f"oci:{layout}:{name}")

    def run(self, *arguments: str) -> str:
        """Run buildah to its end; its standard output."""
        done = subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            said = "\n".join((done.stdout + done.stderr).splitlines()[-_LINES_SHOWN:])
            raise ToolError(f"buildah {arguments[0]} ended with exit code {done.returncode}:\n{said}")
        return done.stdout

    def import_base(self) -> None:
        """Have the base of Debian's packages. Raises ToolError where no mirror is, or no container can be made."""
        container = self.run("from", f"--signature-policy={self._policy()}", "scratch").strip()
        self.run("add", "--quiet", container, str(base_archive(self.environ)), "/")
        self.run("config", f"--env=PATH={_BASE_PATH}", "--env=LANG=C.UTF-8", container)
        self.run(
            "commit", "--quiet", "--timestamp=0", f"--signature-policy={self._policy()}", "--rm", container, BASE
        )  # its history says when, and would differ in every build

    def _wheels(self) -> Path:
        """The pinned packages for the base's Python, fetched when they are not in the cache."""
        wheels = cache_folder(self.environ) / f"image-wheels-python{PYTHON_VERSION}"
        wheels.mkdir(parents=True, exist_ok=True)
        setuptools = self.folder / "setuptools.txt"
        setuptools.write_text(_entry(ROOT / "requirements" / "dev.txt", "setuptools"))
        for file in (ROOT / "requirements" / "runtime.txt", setuptools):
            fetch = [*_PIP, "download", "-q", "--no-deps", "--require-hashes", "--only-binary=:all:"]
            fetch += [f"--python-version={PYTHON_VERSION}", "-r", str(file), "-d", str(wheels)]
            local = (
                "--find-links",
                str(cache_folder(self.environ) / "wheels"),
                "--find-links",
                str(wheels),
                "--no-index",
            )
            if _succeeds([*fetch, *local], self.environ) is not None and (said := _succeeds(fetch, self.environ)):
                raise ToolError(f"The packages of {file.name} could not be fetched:\n{said}")
        return wheels

    def _policy(self) -> Path:
        """Images of this machine are not signed."""
        file = self.folder / "policy.json"
        file.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
        return file


def _succeeds(command: Sequence[str], environ: Mapping[str, str]) -> str | None:
    done = subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else done.stderr


def _entry(requirements: Path, name: str) -> str:
    """The lines of one package: its pin and the hashes."""
    lines = requirements.read_text().splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    stop = next(number for number in range(start + 1, len(lines)) if not lines[number].startswith(" "))
    return "".join(lines[start:stop])
