"""The commands end to end: the real simulator, and the real API server where a cluster is involved.

The API server is this folder's own: `status` shows all ConnectInstances, those that other folders' tests leave, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes.client import ApiClient

from connect_sim.control_client import SimControl
from connect_sim.process import SimProcess
from local_cluster import LocalCluster

from .commands import Cli
from .in_cluster import InCluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[LocalCluster]:
    """A cluster for this folder alone."""
    with LocalCluster() as running:
        running.apply_crds(Path(__file__).parents[2] / "crds")
        yield running


@pytest.fixture(scope="session")
def admin(cluster: LocalCluster) -> Iterator[ApiClient]:
    """A client that may do everything."""
    with cluster.api_client() as api:
        yield api


@pytest.fixture(scope="session")
def simulator() -> Iterator[SimProcess]:
    with SimProcess() as running:
        yield running


@pytest.fixture
def sim(simulator: SimProcess) -> SimControl:
    """The control of the simulator, back at its seed and without rates."""
    control = simulator.control
    control.reset()
    control.unlimited()
    return control


@pytest.fixture
def cli(simulator: SimProcess, tmp_path: Path) -> Cli:
    """The commands with the environment that the simulator prints, and without a cluster."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CONNECT_OPERATOR_", "KUBE"))
    }
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "HOME": str(tmp_path)}
    return Cli({**environment, **nowhere, "AWS_EC2_METADATA_DISABLED": "true", **simulator.env})


@pytest.fixture
def cluster_cli(cli: Cli, cluster: LocalCluster) -> Cli:
    """The commands with KUBECONFIG set, as an administrator."""
    return cli.with_environment(KUBECONFIG=str(cluster.kubeconfig))


@pytest.fixture
def held(admin: ApiClient, namespace: str) -> Iterator[InCluster]:
    """What the cluster holds for one test."""
    objects = InCluster(admin, namespace)
    objects.put_secret("initial-password", password="Welcome-2026")
    yield objects
    objects.clear()
