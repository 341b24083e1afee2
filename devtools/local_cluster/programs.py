"""The programs that a cluster is made of: which there are, which version, and where one may already lie.

How a missing one is made belongs to build.py. A version is said once, in the go.mod below go/.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GO_MODULES = Path(__file__).parent / "go"
_REQUIREMENT = re.compile(r"^(?:require |\t)(?P<module>\S+) (?P<version>v\S+)$", re.MULTILINE)
_GO_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Program:
    """One executable, and how to build it from the Go module in go/<go_module>/."""

    name: str
    go_module: str
    package: str
    build_cpu_seconds: int
    """Measured with an empty Go build cache; divided by the number of cores it is the time that a person waits."""
    version_package: str = ""
    """The Go package whose variables hold the version that the program reports; empty when that is in its source."""
    wraps: str = ""
    """The module that the program is mostly made of, where the package is one of our own in go/<go_module>/."""
    needs: tuple[str, ...] = ()
    """Files of that module which the program has beside it when it runs."""

    @property
    def module_folder(self) -> Path:
        """Where its go.mod and go.sum are."""
        return GO_MODULES / self.go_module

    @property
    def version(self) -> str:
        """As the direct requirements of its go.mod say, for instance ``v1.36.3``."""
        required = _REQUIREMENT.finditer((self.module_folder / "go.mod").read_text())
        versions = [match["version"] for match in required if self._is_of(match["module"])]
        if len(versions) != 1:
            raise ValueError(f"{self.module_folder / 'go.mod'} must require the module of {self.name} in one line")
        return versions[0]

    @property
    def edition(self) -> str:
        """The version and, where there is source of our own, what tells one state of it from another."""
        if not self.wraps:
            return self.version
        text = b"\0".join(source.read_bytes() for source in sorted(self.module_folder.glob("*.*")))
        return f"{self.version}-{hashlib.sha256(text).hexdigest()[:8]}"

    def _is_of(self, module: str) -> bool:
        return module == self.wraps if self.wraps else f"{self.package}/".startswith(f"{module}/")

    @property
    def linker_flags(self) -> str:
        """No debug tables, and the version where clients parse it: kubectl refuses a server that reports none."""
        flags = ["-s", "-w"]
        if self.version_package:
            major, minor, _ = self.version.removeprefix("v").split(".", 2)
            values = {"gitVersion": self.version, "gitMajor": major, "gitMinor": minor}
            flags += [f"-X {self.version_package}.{name}={value}" for name, value in values.items()]
        return " ".join(flags)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


_KUBERNETES_VERSION = "k8s.io/component-base/version"

# Another program of the same Go modules is one more line here.
PROGRAMS = (
    Program("etcd", "etcd", "go.etcd.io/etcd/server/v3", 120),
    Program("kube-apiserver", "kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver", 560, _KUBERNETES_VERSION),
)

# No part of a cluster, so nobody waits for it but the tests of the chart.
HELM = Program("helm", "helm", "helm.sh/helm/v4/cmd/helm", 240)

# Nor this one: for the tests of Argo CD.
ARGOCD = Program(
    "argocd",
    "argocd",
    ".",
    600,
    wraps="github.com/argoproj/argo-cd/v3",
    needs=(
        "manifests/crds/application-crd.yaml",
        "manifests/crds/appproject-crd.yaml",
        "manifests/base/config/argocd-cm.yaml",
        "hack/git-verify-wrapper.sh",
    ),
)

# For the benchmarks: a controller that does nothing, to compare with.
NOOP = Program("noop", "noop", ".", 240, wraps="sigs.k8s.io/controller-runtime")


def cache_folder(environ: Mapping[str, str]) -> Path:
    """``CONNECT_OPERATOR_CACHE``, else connect-operator below the user's cache folder (XDG base directories)."""
    if own := environ.get("CONNECT_OPERATOR_CACHE"):
        return Path(own).expanduser().absolute()
    base = environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "connect-operator"


def platform_name(system: str = sys.platform, machine: str = platform.machine()) -> str:
    """The platform as Go names it, for instance ``linux-amd64``."""
    return f"{system}-{_GO_ARCHITECTURES.get(machine.lower(), machine.lower())}"


def cached_path(program: Program, environ: Mapping[str, str]) -> Path:
    """Where the built program is kept: a folder per version and platform, so that none shadows another."""
    return cache_folder(environ) / f"{program.go_module}-{program.edition}-{platform_name()}" / program.name


def find(program: Program, environ: Mapping[str, str]) -> Path | None:
    """The executable from ``KUBEBUILDER_ASSETS`` (as controller-runtime's envtest has it), else the cached one."""
    candidates = [cached_path(program, environ)]
    if assets := environ.get("KUBEBUILDER_ASSETS"):
        candidates.insert(0, Path(assets).expanduser().absolute() / program.name)
    return next((path for path in candidates if path.is_file() and os.access(path, os.X_OK)), None)
