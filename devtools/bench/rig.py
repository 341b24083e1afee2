"""What a benchmark runs on: a Kubernetes API with its audit log, the simulator, and the operator as often as wanted."""

from __future__ import annotations

import re
import socket
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.benchmark import BenchmarkError
from bench.fleet import NAMESPACE
from bench.profiling import program
from connect_sim.control_client import JournalEntry
from connect_sim.process import SimProcess
from local_cluster import AuditEvent, LocalCluster
from local_stack import Objects, OperatorProcess
from local_stack.objects import is_ready

ROOT = Path(__file__).resolve().parents[2]
_ACCOUNT = "connect-operator"
"""Name and namespace of the operator's ServiceAccount, as in manifests/."""
_AUDIT_USER = f"system:serviceaccount:{_ACCOUNT}:{_ACCOUNT}"
_READS = ("List", "Search", "Describe", "Get")
_SECONDS_BETWEEN_LOOKS = 0.25
_APPLYING = 4
_ROOM = 100_000
"""Users that the instance admits."""


@dataclass(frozen=True)
class Rig:
    """Everything but the operator runs."""

    cluster: LocalCluster
    simulator: SimProcess
    objects: Objects
    kubeconfig: Path

    def apply(self, manifests: Iterable[Mapping[str, Any]]) -> None:
        """Apply many, a few at a time; how fast that goes is not what is measured."""
        with ThreadPoolExecutor(_APPLYING) as pool:
            for _ in pool.map(self.objects.apply, manifests):
                pass

    @contextmanager
    def operator(self, *, metrics_port: int | None = None, profile: str = "") -> Iterator[OperatorProcess]:
        """The operator, with the rights of manifests/rbac.yaml, stopped in order at the end of the block.

        `profile`: the name of the file with its profile, where one is wanted (profiling.py).
        """
        environment = dict(self.simulator.env)
        if metrics_port is not None:
            environment["CONNECT_OPERATOR_METRICS_ADDRESS"] = f"127.0.0.1:{metrics_port}"
        with OperatorProcess(self.kubeconfig, environment, program=program(profile)) as operator:
            try:
                yield operator
            except TimeoutError as error:
                log = "\n".join(operator.log.splitlines()[-20:])
                raise BenchmarkError(f"{error}\nThe end of the operator's log:\n{log}") from error
            if not operator.running:
                raise BenchmarkError(f"the operator has ended:\n{operator.log[-4000:]}")
            operator.stop()

    def ready(self) -> int:
        """How many ConnectUsers are Ready."""
        return sum(is_ready(each) for each in self.objects.every("ConnectUser", NAMESPACE))

    def connect_writes(self, since: int = 0) -> list[JournalEntry]:
        """Calls after a journal position that change something in Connect, or try to."""
        return [each for each in self.simulator.control.journal(since) if not each.operation.startswith(_READS)]

    def kubernetes_writes(self, mark: int) -> list[AuditEvent]:
        """What the operator wrote to Kubernetes after an audit mark, Events included."""
        return [event for event in self.kubernetes_requests(mark) if event.is_write]

    def kubernetes_requests(self, mark: int) -> list[AuditEvent]:
        """All that the operator asked of Kubernetes after an audit mark."""
        return list(self.cluster.audit_events(mark, _AUDIT_USER))


@contextmanager
def running_rig(*, rate: float, burst: float) -> Iterator[Rig]:
    """Start a cluster and a simulator that admits `rate` calls a second of each operation, `burst` at once."""
    with LocalCluster(audit=True) as cluster, SimProcess(rate=rate, burst=burst) as simulator:
        for path in (
            "crds",
            "manifests/namespace.yaml",
            "manifests/rbac.yaml",
            "manifests/samples/allow-reading-secrets.yaml",
        ):
            cluster.apply_crds(ROOT / path)
        kubeconfig = cluster.kubeconfig_for_service_account(_ACCOUNT, _ACCOUNT)
        simulator.control.edit_instance(userQuota=_ROOM)
        with cluster.api_client() as api:
            yield Rig(cluster, simulator, Objects(api), kubeconfig)


def until(what: str, holds: Callable[[], bool], seconds: float) -> None:
    """Look until it holds; raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def free_port() -> int:
    """A loopback port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def metric_sum(port: int, name: str) -> float:
    """The sum over all labels of one of the operator's metrics; 0 while it does not answer yet."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/metrics", timeout=90) as answer:
            text = answer.read().decode()
    except OSError:
        return 0.0
    return sum(float(value) for value in re.findall(rf"^{re.escape(name)}(?:\{{[^}}]*\}})? (\S+)$", text, re.MULTILINE))
