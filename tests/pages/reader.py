"""A reader of the pages: a folder, a shell, a cluster with the operator at work in it, and a simulated Connect."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubernetes.client import CoreV1Api

from connect_sim.control_client import SimControl
from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import Objects, OperatorProcess, let_read_secrets
from local_stack.objects import has_reason, is_ready
from local_stack.operator_process import wait_for_log

from .blocks import ROOT

SAMPLES = "manifests/samples"
_SHOWN = ("crds", "manifests", "overlays", "charts", "schemas", "devtools")
_INSTALLED = (
    "namespace",
    "rbac",
    "tenant-roles",
    "admission-policy",
    "deployment",
    "network-policy",
    "pod-disruption-budget",
)
_JANE = ("password-secret", "connectuser-minimal")
_ACCOUNT = "connect-operator"
_SETTINGS = {
    "CONNECT_OPERATOR_LEADER_ELECTION": "true",
    "CONNECT_OPERATOR_LEASE_NAMESPACE": _ACCOUNT,
    "CONNECT_OPERATOR_CONSISTENCY_WINDOW": "5s",
}
# The pages say how long is usual; this machine may be busy.
_TIMEOUT = re.compile(r"--timeout=\d+[sm]")
_SECONDS = 600.0


@dataclass(frozen=True)
class Reader:
    """`folder` looks like a clone of the repository, and may be written to."""

    cluster: LocalCluster
    simulator: SimProcess
    objects: Objects
    folder: Path

    @property
    def sim(self) -> SimControl:
        """Amazon Connect, of which the samples' instance is the default."""
        return self.simulator.control

    def shell(self, *commands: str, folder: str = ".", ends_well: bool = True) -> str:
        """Run the lines in one shell; returns all that it printed. Asserts that every line ended well, if asked to."""
        text = _TIMEOUT.sub("--timeout=300s", "\n".join(commands))
        bash = shutil.which("bash") or "/bin/bash"
        done = subprocess.run(  # noqa: S603 - the pages' own commands
            [bash, "-c", f"set -euo pipefail\n{text}\n"],
            cwd=self.folder / folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert not ends_well or done.returncode == 0, f"{text}\nexit {done.returncode}: {done.stdout}"
        return done.stdout

    def apply(self, *files: str) -> None:
        """Kubectl apply of files, named from the repository's root."""
        self.shell(*(f"kubectl apply -f {file}" for file in files))

    def samples(self) -> None:
        """Everything that the samples' folder holds, until all of it is done."""
        self.apply(SAMPLES)
        self.ready("jane.doe", "john.roe", "mary-major", "maya.lind", "richard.miles")
        self.phase("invoice-for-jane", "Assigned")
        self.phase("chat-for-richard", "Assigned")

    def instance(self, namespace: str = "default") -> None:
        """The instance of the samples, which admits that namespace besides."""
        self.apply(f"{SAMPLES}/connectinstance.yaml")
        allowed = [{"name": "default"}, {"name": namespace}]
        self.objects.patch("ConnectInstance", None, "support", {"spec": {"allowedNamespaces": allowed}})

    def jane(self, namespace: str = "default") -> None:
        """The instance and the smallest user of the samples, until it is Ready."""
        self.instance(namespace)
        self.namespace(namespace)
        self.shell(*(f"kubectl -n {namespace} apply -f {SAMPLES}/{name}.yaml" for name in _JANE))
        self.ready("jane.doe", namespace=namespace)

    def namespace(self, name: str) -> None:
        """A namespace whose Secrets the operator may read."""
        with self.cluster.api_client() as api:
            if name not in {each.metadata.name for each in CoreV1Api(api).list_namespace().items}:
                CoreV1Api(api).create_namespace({"metadata": {"name": name}})
            let_read_secrets(api, name)

    def ready(self, *names: str, namespace: str = "default") -> None:
        """Wait until these users are Ready."""
        for name in names:
            self.objects.wait("ConnectUser", namespace, name, is_ready, timeout=_SECONDS)

    def phase(self, name: str, phase: str) -> None:
        """Wait until this assignment is so."""
        where = "ConnectContactAssignment", "default", name
        self.objects.wait(*where, lambda found: _phase(found) == phase, timeout=_SECONDS)

    def reason(self, name: str, reason: str, kind: str = "ConnectUser") -> None:
        """Wait until it has that reason."""
        namespace = None if kind == "ConnectInstance" else "default"
        self.objects.wait(kind, namespace, name, has_reason(reason), timeout=_SECONDS)

    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CONNECT_OPERATOR_"))}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        here = {"HOME": str(self.folder), "KUBECONFIG": str(self.cluster.kubeconfig), "PATH": path}
        return {**own, **self.simulator.env, **here}


def _phase(found: dict[str, Any] | None) -> str:
    return str(((found or {}).get("status") or {}).get("phase", ""))


@contextmanager
def a_reader(folder: Path) -> Iterator[Reader]:
    """Start everything; it ends with the block."""
    for name in _SHOWN:
        (folder / name).symlink_to(ROOT / name)
    with LocalCluster() as cluster, SimProcess(rate=1000.0, burst=1000.0) as simulator:
        cluster.apply_crds(ROOT / "crds")
        for name in _INSTALLED:
            cluster.apply_crds(ROOT / "manifests" / f"{name}.yaml")
        kubeconfig = cluster.kubeconfig_for_service_account(_ACCOUNT, _ACCOUNT)
        with OperatorProcess(kubeconfig, {**simulator.env, **_SETTINGS}) as operator, cluster.api_client() as api:
            wait_for_log(operator, "connected to Kubernetes")
            yield Reader(cluster, simulator, Objects(api), folder)
