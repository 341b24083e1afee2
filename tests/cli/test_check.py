"""`check`: does an operator run, with which rights, which credentials, which versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes.client import ApiClient, AppsV1Api, RbacAuthorizationV1Api

from local_cluster import LocalCluster
from local_cluster.manifests import manifests_below

from .commands import Cli
from .in_cluster import InCluster
from .manifests import an_instance

ID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
MANIFESTS = Path(__file__).parents[2] / "manifests"
CRDS = "connectusers.connect-operator.io"


@pytest.fixture
def installed(cluster: LocalCluster, admin: ApiClient) -> Iterator[None]:
    """The manifests' rights, and a Deployment with one ready pod, as its controllers would report it."""
    for name in ("namespace.yaml", "rbac.yaml"):
        cluster.apply_crds(MANIFESTS / name)
    [deployment] = manifests_below(MANIFESTS / "deployment.yaml")
    apps = AppsV1Api(admin)
    apps.create_namespaced_deployment("connect-operator", deployment)
    ready = {"status": {"replicas": 1, "readyReplicas": 1}}
    apps.patch_namespaced_deployment_status("connect-operator", "connect-operator", ready)
    yield
    apps.delete_namespaced_deployment("connect-operator", "connect-operator")
    rbac = RbacAuthorizationV1Api(admin)
    for binding in manifests_below(MANIFESTS / "rbac.yaml"):
        if binding["kind"] == "ClusterRoleBinding":
            rbac.delete_cluster_role_binding(binding["metadata"]["name"])


def rows(out: str, what: str) -> list[tuple[str, str]]:
    """Result and detail of the lines about something."""
    found = [line.removeprefix(what).split(maxsplit=1) for line in out.splitlines() if line.startswith(f"{what} ")]
    return [(result, detail) for result, detail in found]


@pytest.mark.usefixtures("installed")
def test_all_is_well(cluster_cli: Cli, held: InCluster) -> None:
    held.apply(an_instance(ID, "support"))
    held.report_instance("support", "Available", "the instance is observed")
    ended = cluster_cli("check")
    assert (ended.code, ended.err) == (0, ""), ended.out
    assert rows(ended.out, "operator")[0][0] == "ok"
    assert "image connect-operator:" in rows(ended.out, "operator")[0][1]
    [(result, detail), *_] = rows(ended.out, "rights")
    assert result == "ok"
    assert "system:serviceaccount:connect-operator:connect-operator" in detail
    assert [result for result, _ in rows(ended.out, "kinds")] == ["ok"] * 3
    assert rows(ended.out, "Kubernetes")[0][1].startswith("v1.")
    assert rows(ended.out, "AWS credentials") == [("ok", rows(ended.out, "AWS credentials")[0][1])]
    assert rows(ended.out, "instance support") == [("ok", "Available: the instance is observed")]


@pytest.mark.usefixtures("installed")
def test_a_right_that_is_missing_is_named(cluster_cli: Cli, admin: ApiClient) -> None:
    """Such as after an upgrade of the image alone."""
    rbac = RbacAuthorizationV1Api(admin)
    role = rbac.read_cluster_role("connect-operator")
    role.rules = [rule for rule in role.rules if "customresourcedefinitions" not in rule.resources]
    rbac.replace_cluster_role("connect-operator", role)
    ended = cluster_cli("check")
    assert ended.code == 1
    assert "checks found something wrong" in ended.err
    wrong = [detail for result, detail in rows(ended.out, "rights") if result == "WRONG"]
    assert len(wrong) == 3
    assert f"may not get customresourcedefinitions.apiextensions.k8s.io {CRDS}" in wrong[0]
    assert "every deletion waits for a confirmation" in wrong[0]


def test_no_operator_is_wrong(cluster_cli: Cli, held: InCluster) -> None:
    held.apply(an_instance(ID, "support"))
    ended = cluster_cli("check")
    assert ended.code == 1
    assert rows(ended.out, "operator")[0][0] == "WRONG"
    assert "kubectl apply -k manifests/ installs it" in ended.out
    assert rows(ended.out, "instance support") == [("WRONG", "no operator has looked at its newest version")]


def test_an_operator_elsewhere_may_be_seen_by_its_traces(cluster_cli: Cli, held: InCluster) -> None:
    held.apply(an_instance(ID, "support"))
    held.report_instance("support", "PermissionDenied", "ListUsers failed: AccessDeniedException")
    ended = cluster_cli("check")
    assert ended.code == 1
    assert rows(ended.out, "operator")[0][0] == "note"
    assert rows(ended.out, "instance support")[0] == (
        "WRONG",
        "PermissionDenied: ListUsers failed: AccessDeniedException",
    )


def test_without_credentials_or_rights_it_says_what_it_can_see(
    cluster_cli: Cli, cluster: LocalCluster, held: InCluster
) -> None:
    held.apply(an_instance(ID, "support"))
    powerless = cluster_cli.with_environment(
        KUBECONFIG=str(cluster.kubeconfig_for("developer")), AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY=""
    )
    ended = powerless("check")
    assert ended.code == 0  # what cannot be seen is no fault
    assert rows(ended.out, "operator")[0][0] == rows(ended.out, "instances")[0][0] == "note"
    assert "kubectl apply -k" not in ended.out
    assert "there is no ConnectInstance" not in ended.out
    assert ("note", "here: none; whether the operator has its own, its ConnectInstances tell") in rows(
        ended.out, "AWS credentials"
    )
    assert "Deployments may not be listed" in ended.out
    assert {result for result, _ in rows(ended.out, "rights")} == {"note"}


def test_no_cluster(cli: Cli) -> None:
    ended = cli.with_environment(KUBECONFIG="/nonexistent")("check")
    assert ended.code == 1
    assert ended.err.startswith("Error: ")
