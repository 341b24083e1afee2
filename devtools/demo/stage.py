"""The three things that run: a Kubernetes API, the Connect simulator, the operator; started with a line each."""

from __future__ import annotations

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kubernetes.client import VersionApi

from connect_sim.process import SimProcess
from demo.manifest_files import ROOT
from demo.screen import Screen
from local_cluster import LocalCluster
from local_stack import OperatorProcess
from local_stack.operator_process import wait_for_log

_ACCOUNT = "connect-operator"
_AS_INSTALLED = {"CONNECT_OPERATOR_LEADER_ELECTION": "true", "CONNECT_OPERATOR_LEASE_NAMESPACE": _ACCOUNT}
"""Name and namespace of the operator's ServiceAccount, as in manifests/."""

_APPLIED = (
    "crds",
    *(f"manifests/{name}.yaml" for name in ("namespace", "rbac", "tenant-roles", "admission-policy")),
    "manifests/samples/allow-reading-secrets.yaml",
)


@dataclass(frozen=True)
class Stage:
    """Everything runs."""

    cluster: LocalCluster
    simulator: SimProcess
    operator: OperatorProcess

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which kubectl, the command line and any AWS SDK find what runs here."""
        return {"KUBECONFIG": str(self.cluster.kubeconfig), **self.simulator.env}

    def broken(self) -> str | None:
        """Which of them has ended, None while all run."""
        if not self.operator.running:
            return "the operator has ended"
        try:
            self.simulator.control.health()
        except OSError as error:
            return f"the simulator does not answer: {error}"
        return self.cluster.failure()


@contextmanager
def running_stage(screen: Screen) -> Iterator[Stage]:
    """Start all three, and end them in order, however the block ends. The operator's log outlives them."""
    screen.timed("starting etcd and the Kubernetes API server ...")
    with LocalCluster() as cluster, SimProcess() as simulator:
        with cluster.api_client() as api:
            version = VersionApi(api).get_code().git_version
        screen.timed(f"Kubernetes API server {version} with etcd: {cluster.server}")
        screen.timed(f"Amazon Connect, simulated (2 calls a second, burst 5, as AWS has it): {simulator.url}")
        for path in _APPLIED:
            cluster.apply_crds(ROOT / path)
        screen.timed("applied: the three kinds (crds/), roles, the operator's rights and admission policy (manifests/)")
        kubeconfig = cluster.kubeconfig_for_service_account(_ACCOUNT, _ACCOUNT)
        environment = {**simulator.env, **_AS_INSTALLED, "CONNECT_OPERATOR_LOG_FORMAT": "text"}
        with _running_operator(OperatorProcess(kubeconfig, environment)) as operator:
            wait_for_log(operator, "connected to Kubernetes")
            screen.timed(f"connect-operator run, process {operator.pid}, with those rights and no others")
            yield Stage(cluster, simulator, operator)


@contextmanager
def _running_operator(operator: OperatorProcess) -> Iterator[OperatorProcess]:
    operator.start()
    try:
        yield operator
    except BaseException:  # interrupted, or its log is in the message: nobody is told of the file
        operator.log_file.unlink(missing_ok=True)
        raise
    finally:
        # Ctrl-C once more would leave something behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if operator.running:
            try:
                operator.stop()
            except subprocess.TimeoutExpired:
                operator.kill()


def keep_log(operator: OperatorProcess) -> Path:
    """Move the operator's log to where it stays; the path."""
    kept = Path(tempfile.mkdtemp(prefix="connect-operator-demo-")) / "operator.log"
    return operator.log_file.rename(kept)
