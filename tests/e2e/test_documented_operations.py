"""The pages on upgrading and disaster recovery, with their own commands."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from kubernetes.client import ApiClient, AppsV1Api, CoreV1Api, V1Namespace, V1ObjectMeta

from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import Objects, OperatorProcess

from .conftest import ROOT, SERVICE_ACCOUNT
from .manifests import a_connect_instance, a_connect_user, a_password_secret
from .pages import Page
from .running import SETTINGS
from .stage import OWNER_TAG, Stage

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="the documented commands need kubectl")

NAMES = ["ada", "bob"]
IMAGE = "registry.example.com/connect-operator:0.1.0"


def report_rolled_out(api: ApiClient) -> None:
    """What the Deployment's controller, which this cluster does not have, would report."""
    apps = AppsV1Api(api)
    found = apps.read_namespaced_deployment("connect-operator", "connect-operator")
    counts = dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), 2)
    status = {"status": {"observedGeneration": found.metadata.generation, **counts}}
    apps.patch_namespaced_deployment_status("connect-operator", "connect-operator", status)


def image(api: ApiClient) -> str:
    found = AppsV1Api(api).read_namespaced_deployment("connect-operator", "connect-operator")
    return str(found.spec.template.spec.containers[0].image)


def test_the_page_on_upgrading_keeps_the_image(own_cluster: LocalCluster) -> None:
    page = Page("upgrade.md", {"KUBECONFIG": str(own_cluster.kubeconfig)})
    page.run("1. The kinds")
    apply, rollout = page.take("2. Rights and Deployment")
    with own_cluster.api_client() as api:
        for _ in range(2):  # an installation, and an upgrade
            page.command(apply)
            assert image(api) == IMAGE
        report_rolled_out(api)
        page.command(rollout)
    assert f"image {IMAGE}" in page.run("3. Look")
    assert not page.unread


def test_the_page_on_disaster_recovery(
    own_cluster: LocalCluster, own_stage: Stage, operator_here: OperatorProcess, simulator: SimProcess
) -> None:
    """The first cluster's operator had no cluster ID set, so its tags carry the UID of kube-system."""
    operator_here.stop()
    kubeconfig = own_cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT)
    without_id = {name: value for name, value in SETTINGS.items() if name != "CONNECT_OPERATOR_CLUSTER_ID"}
    first = Page("disaster-recovery.md", {"KUBECONFIG": str(own_cluster.kubeconfig)})
    with OperatorProcess(kubeconfig, {**simulator.env, **without_id}):
        own_stage.apply_users(NAMES)
        own_stage.wait_ready(*NAMES, timeout=90)
        before = users(own_stage)
        cluster_id = first.run("Before: know the cluster ID")
        assert all(each["Tags"][OWNER_TAG].startswith(f"{cluster_id}/") for each in before.values())
    own_cluster.apply_crds(ROOT / "manifests" / "deployment.yaml")
    first.run("1. Only one")
    mark = own_stage.mark()

    with LocalCluster() as second:
        page = Page("disaster-recovery.md", {"KUBECONFIG": str(second.kubeconfig)})
        page.run("2. The second cluster")
        ours = {**simulator.env, **SETTINGS, "CONNECT_OPERATOR_CLUSTER_ID": cluster_id}
        account = second.kubeconfig_for_service_account(*SERVICE_ACCOUNT)
        with second.api_client() as api, OperatorProcess(account, ours):
            CoreV1Api(api).create_namespace(V1Namespace(metadata=V1ObjectMeta(name="team-a")))
            objects = Objects(api)
            objects.apply(a_password_secret("team-a"))
            spec: dict[str, Any] = {"defaultAdoptionPolicy": "IfUnowned"}
            objects.apply(a_connect_instance("support", own_stage.instance_arn, **spec))
            for name in NAMES:
                objects.apply(a_connect_user("team-a", name, "support"))
            there = Stage(second, objects, own_stage.sim, "team-a", "support", own_stage.instance_arn)
            there.wait_ready(*NAMES, timeout=90)
            assert "support" in page.run("4. Look")
            assert set(page.unread) == {"Before: know the cluster ID", "1. Only one"}
    assert {each.operation for each in own_stage.writes(mark)} == {"TagResource"}
    assert users(own_stage, without_tags=True) == {name: without(each) for name, each in before.items()}


def users(stage: Stage, *, without_tags: bool = False) -> dict[str, Any]:
    found = {each["Username"]: each for each in stage.sim.users()}
    return {name: without(each) for name, each in found.items()} if without_tags else found


def without(user: dict[str, Any]) -> dict[str, Any]:
    """Less what an adoption changes."""
    return {name: value for name, value in user.items() if name not in ("Tags", "LastModifiedTime")}
