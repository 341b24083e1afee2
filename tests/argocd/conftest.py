"""Argo CD for real: an API server, the operator, the Connect simulator, Argo CD's own programs and Git."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kubernetes.client import ApiClient, CoreV1Api

from connect_sim.control_client import SimControl
from connect_sim.process import SimProcess
from local_argocd import Applications, ArgoCD, Repository
from local_cluster import ClusterUser, LocalCluster
from local_stack import Objects, OperatorProcess, let_read_secrets

from .team import Team

ROOT = Path(__file__).parents[2]
ARGOCD_USER = ClusterUser("argocd", ("system:masters",))
SERVICE_ACCOUNT = ("connect-operator", "connect-operator")
# What the sample with every field refers to.
HIERARCHY = [{"name": "EMEA", "children": [{"name": "Berlin", "children": [{"name": "Team A"}]}]}]
ATTRIBUTES = {"Language": ["English", "German"]}
SETTINGS = {
    "CONNECT_OPERATOR_CLUSTER_ID": "argocd-tests",
    "CONNECT_OPERATOR_CONSISTENCY_WINDOW": "5s",
    "CONNECT_OPERATOR_SLOW_RETRY": "2s",
}


@pytest.fixture(scope="session")
def cluster() -> Iterator[LocalCluster]:
    """A cluster with everything that a platform team installs but the pod, for which there is no kubelet."""
    with LocalCluster(users=[ARGOCD_USER], audit=True) as running:
        running.apply_crds(ROOT / "crds")
        for name in ("namespace", "rbac", "tenant-roles", "admission-policy"):
            running.apply_crds(ROOT / "manifests" / f"{name}.yaml")
        yield running


@pytest.fixture(scope="session")
def simulator() -> Iterator[SimProcess]:
    """One simulator, without rate limits of its own."""
    with SimProcess() as running:
        running.control.unlimited()
        yield running


@pytest.fixture(scope="session")
def operator(cluster: LocalCluster, simulator: SimProcess) -> Iterator[OperatorProcess]:
    """The operator with the rights that the manifests give."""
    kubeconfig = cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT)
    with OperatorProcess(kubeconfig, {**simulator.env, **SETTINGS}) as running:
        yield running
        assert running.running, running.log[-4000:]
        assert "Traceback" not in running.log


@pytest.fixture(scope="session")
def argocd(cluster: LocalCluster) -> Iterator[ArgoCD]:
    """Argo CD with our part of its ConfigMap."""
    kubeconfig = cluster.kubeconfig_for(ARGOCD_USER.name, ARGOCD_USER.groups)
    with ArgoCD(cluster, kubeconfig) as running:
        yield running


NewTeam = Callable[..., Team]


@pytest.fixture
def new_team(
    cluster: LocalCluster,
    admin: ApiClient,
    simulator: SimProcess,
    operator: OperatorProcess,
    argocd: ArgoCD,
    tmp_path: Path,
) -> Iterator[NewTeam]:
    """Make a team: a namespace, a Connect instance, a Git repository that Argo CD does not know yet."""
    teams: list[Team] = []

    def make() -> Team:
        name = f"team-{uuid.uuid4().hex[:8]}"
        # A region of its own: quotas count per region.
        members = {"region": f"sim-{name}", "hierarchy": HIERARCHY, "predefinedAttributes": ATTRIBUTES}
        made = simulator.control.add_instance(id=str(uuid.uuid4()), **members)
        CoreV1Api(admin).create_namespace({"metadata": {"name": name}})
        let_read_secrets(admin, name)
        team = Team(
            name,
            made["arn"],
            cluster,
            Objects(admin),
            Applications(admin),
            SimControl(simulator.url, instance=made["id"]),
            Repository(tmp_path / name),
        )
        team.apply_password()
        teams.append(team)
        return team

    yield make
    assert operator.running
    for team in teams:
        team.clear()
    assert "panic:" not in argocd.log("application-controller")


@pytest.fixture
def team(new_team: NewTeam) -> Team:
    """One team."""
    return new_team()
