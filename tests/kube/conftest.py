"""Fixtures of the tests against the real API server. The operator is who the manifests say, with their rights only."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from kubernetes.client import ApiClient

from connect_operator.kube.client import KubernetesCluster
from connect_operator.kube.connection import Connection
from connect_operator.kube.credentials import LoadConfiguration, loader
from connect_operator.kube.events import EventPoster
from local_cluster import LocalCluster
from local_stack import let_read_secrets

from .objects import Objects

MANIFESTS = Path(__file__).parents[2] / "manifests"
OPERATOR = "system:serviceaccount:connect-operator:connect-operator"


class SystemClock:
    """The real time."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


@pytest.fixture(scope="session")
def operator_kubeconfig(cluster: LocalCluster) -> Path:
    """Of the ServiceAccount that the manifests make, bound to the roles that the manifests make."""
    for name in ("namespace.yaml", "rbac.yaml"):
        cluster.apply_crds(MANIFESTS / name)
    return cluster.kubeconfig_for_service_account("connect-operator", "connect-operator")


@pytest.fixture(scope="session")
def load(operator_kubeconfig: Path) -> LoadConfiguration:
    return loader({"KUBECONFIG": str(operator_kubeconfig)})


@pytest.fixture
async def connection(load: LoadConfiguration) -> AsyncIterator[Connection]:
    opened = Connection(load)
    yield opened
    await opened.close()


@pytest.fixture
def poster(connection: Connection) -> EventPoster:
    numbers = itertools.count()
    return EventPoster(connection, SystemClock(), unique=lambda: f"{time.time_ns():x}{next(numbers):x}")


@pytest.fixture
def api(connection: Connection, poster: EventPoster) -> KubernetesCluster:
    return KubernetesCluster(connection, poster)


@pytest.fixture
def objects(admin: ApiClient, namespace: str, operator_kubeconfig: Path) -> Objects:  # noqa: ARG001 - makes the roles
    """What people do to manifests in the namespace of the test; the operator may read its Secrets."""
    let_read_secrets(admin, namespace)
    return Objects(admin, namespace)
