"""How Redis, repo-server and application-controller are told to run: flags and environment, each with its reason."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

REDIS, REPO_SERVER, CONTROLLER = "redis", "repo-server", "application-controller"
NAMESPACE = "argocd"
_SECONDS_BETWEEN_COMPARISONS = 10


@dataclass(frozen=True)
class Layout:
    """The files of one Argo CD."""

    folder: Path
    program: Path
    kubeconfig: Path

    @property
    def tools(self) -> Path:
        """Holds what repo-server calls by name."""
        return self.folder / "bin"

    def log(self, server: str) -> Path:
        """What a server says."""
        return self.folder / f"{server}.log"


@dataclass(frozen=True)
class Ports:
    """On 127.0.0.1; the controller serves its metrics on all addresses and cannot be told otherwise."""

    redis: int
    repo_server: int
    repo_server_health: int
    controller_health: int


def write_tools(layout: Layout) -> None:
    """Make what repo-server looks for on PATH: kustomize, and the script that it asks about signatures."""
    layout.tools.mkdir()
    verify = "git-verify-wrapper.sh"
    texts = {
        "kustomize": f'#!/bin/sh\nexec "{layout.program}" kustomize "$@"\n',
        verify: (layout.program.parent / verify).read_text(),
    }
    for name, text in texts.items():
        (layout.tools / name).write_text(text)
        (layout.tools / name).chmod(0o755)


def redis_argv(layout: Layout, port: int) -> list[str]:
    """The machine's Redis; where there is none, the one that `argocd --core` brings for that case."""
    if (own := shutil.which("redis-server")) is None:
        return [str(layout.program), "redis", f"127.0.0.1:{port}"]
    return [own, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]


def repo_server_argv(layout: Layout, ports: Ports) -> list[str]:
    """Plain gRPC on the loopback address; repositories are folders of this machine."""
    flags = {
        "address": "127.0.0.1",
        "port": str(ports.repo_server),
        "metrics-address": "127.0.0.1",
        "metrics-port": str(ports.repo_server_health),
        "redis": f"127.0.0.1:{ports.redis}",
        "disable-tls": "true",
        "client-ca-path": "",
    }
    return [*_environment(layout), *_argv(layout, "argocd-repo-server", flags)]


def controller_argv(layout: Layout, ports: Ports) -> list[str]:
    """Comparisons often enough that a test sees several; healths in the Application, where a test can read them."""
    flags = {
        "kubeconfig": str(layout.kubeconfig),
        "namespace": NAMESPACE,
        "repo-server": f"127.0.0.1:{ports.repo_server}",
        "repo-server-plaintext": "true",
        "redis": f"127.0.0.1:{ports.redis}",
        "metrics-port": str(ports.controller_health),
        "app-resync": str(_SECONDS_BETWEEN_COMPARISONS),
        "app-resync-jitter": "0",
        "persist-resource-health": "true",
    }
    return [*_environment(layout), *_argv(layout, "argocd-application-controller", flags)]


def _argv(layout: Layout, part: str, flags: dict[str, str]) -> list[str]:
    return [str(layout.program), part, *(f"--{name}={value}" for name, value in flags.items())]


def _environment(layout: Layout) -> list[str]:
    values = {
        "PATH": f"{layout.tools}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(layout.folder),
        "TMPDIR": str(layout.folder),
        # Commits are not signed, and gpg need not be there.
        "ARGOCD_GPG_ENABLED": "false",
        # A new commit is seen at the next comparison.
        "ARGOCD_RECONCILIATION_TIMEOUT": f"{_SECONDS_BETWEEN_COMPARISONS}s",
    }
    return ["env", *(f"{name}={value}" for name, value in values.items())]
