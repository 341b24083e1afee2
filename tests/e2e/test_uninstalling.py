"""Uninstalling erases nobody: with the definitions, a namespace or the ConnectInstance go no users, until confirmed."""

from __future__ import annotations

import shutil

import pytest
from kubernetes import client

from local_cluster import LocalCluster
from local_stack import OperatorProcess
from local_stack.objects import has_reason
from local_stack.operator_process import wait_for_log

from .pages import ROOT, Page
from .stage import OWNER_TAG, Stage, wait_for

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="the documented commands need kubectl")

PATIENCE = 180.0
NAMES = ["ada", "bob", "carol", "dave"]


@pytest.fixture
def scene(own_stage: Stage) -> Stage:
    """Four users that are Ready."""
    own_stage.apply_users(NAMES)
    own_stage.wait_ready(*NAMES, timeout=PATIENCE)
    return own_stage


def a_page(cluster: LocalCluster) -> Page:
    """The page, for an administrator of that cluster."""
    return Page("uninstall.md", {"KUBECONFIG": str(cluster.kubeconfig)})


def assert_held(stage: Stage, what: str) -> None:
    for name in NAMES:
        message = stage.wait_reason(name, "DeletionsPaused", timeout=PATIENCE)
        assert what in message
        assert "connect-operator keep-deletions support" in message
        assert "connect-operator confirm-deletions support" in message
    stage.wait_instance(has_reason("DeletionsPaused"), timeout=PATIENCE)
    assert stage.write_names().count("DeleteUser") == 0
    assert stage.usernames() == NAMES


@pytest.mark.parametrize(("verb", "left"), [("keep-deletions", NAMES), ("confirm-deletions", [])])
def test_the_definitions_are_deleted_first(
    own_cluster: LocalCluster, operator_here: OperatorProcess, scene: Stage, verb: str, left: list[str]
) -> None:
    page = a_page(own_cluster)
    page.run("The kinds were deleted first")
    # A definition that had no objects is gone at once; the others wait for their objects, and those for the operator.
    assert_held(scene, "CustomResourceDefinition connect")
    wait_for_log(operator_here, "goes on without connectcontactassignments", PATIENCE)
    assert definitions(own_cluster) == {"connectinstances", "connectusers"}
    operator_here.stop()  # as at an eviction
    operator_here.start()
    assert_held(scene, "CustomResourceDefinition connect")

    page.command(f"connect-operator {verb} support")
    wait_for(lambda: not definitions(own_cluster), "the end of the definitions", PATIENCE)
    assert scene.usernames() == left
    assert not any(OWNER_TAG in each["Tags"] for each in scene.sim.users())
    assert operator_here.wait(PATIENCE) == 1
    assert "apply the manifests in crds/" in operator_here.log.splitlines()[-1]


def test_a_definition_that_is_brought_back_is_served_again(
    own_cluster: LocalCluster, operator_here: OperatorProcess, scene: Stage
) -> None:
    page = a_page(own_cluster)
    page.run("The kinds were deleted first")
    wait_for_log(operator_here, "goes on without connectcontactassignments", PATIENCE)
    page.command("kubectl apply -f crds/connectcontactassignments.yaml")
    page.command("kubectl wait --for=condition=Established -f crds/connectcontactassignments.yaml --timeout=60s")
    assert operator_here.wait(PATIENCE) == 1
    assert "is there again" in operator_here.log.splitlines()[-1]
    operator_here.start()  # as the Deployment does
    assert_held(scene, "CustomResourceDefinition connect")


def definitions(cluster: LocalCluster) -> set[str]:
    """The plurals of those that there are."""
    with cluster.api_client() as api:
        found = client.ApiextensionsV1Api(api).list_custom_resource_definition().items
    return {each.spec.names.plural for each in found if each.spec.group == "connect-operator.io"}


def test_deleting_a_namespace_deletes_nobody_until_confirmed(own_cluster: LocalCluster, scene: Stage) -> None:
    page = a_page(own_cluster)
    page.command("kubectl delete namespace team-a --wait=false")
    for name in NAMES:  # as the namespace's controller does, which this cluster does not have
        scene.delete_user(name)
    assert_held(scene, "namespace team-a is being deleted")
    page.command("connect-operator confirm-deletions support")
    scene.wait_gone(*NAMES, timeout=PATIENCE)
    assert scene.usernames() == []


def test_a_namespace_goes_and_its_users_stay(own_cluster: LocalCluster, scene: Stage) -> None:
    page = a_page(own_cluster)
    page.command("kubectl delete namespace team-a --wait=false")
    for name in NAMES:
        scene.delete_user(name)
    assert_held(scene, "namespace team-a is being deleted")
    page.run("A namespace")
    scene.wait_gone(*NAMES, timeout=PATIENCE)
    assert scene.usernames() == NAMES


@pytest.mark.parametrize(("answer", "left"), [("3. Keep the users", NAMES), ("3. Or delete the users", [])])
def test_the_page_on_uninstalling(
    own_cluster: LocalCluster, operator_here: OperatorProcess, scene: Stage, answer: str, left: list[str]
) -> None:
    page = a_page(own_cluster)
    page.run("1. Announce it")
    page.run("2. Delete the objects")
    assert_held(scene, "ConnectInstance support is being deleted")
    page.run(answer)
    assert scene.usernames() == left
    assert not any(OWNER_TAG in each["Tags"] for each in scene.sim.users())
    scene.wait_instance(lambda found: found is None, timeout=PATIENCE)
    operator_here.stop()  # as the Deployment's controller would
    for file in ("deployment.yaml", "pod-disruption-budget.yaml"):
        own_cluster.apply_crds(ROOT / "manifests" / file)
    page.run("4. Remove operator and kinds")
    others = {"3. Keep the users", "3. Or delete the users", "The kinds were deleted first", "A namespace"}
    assert set(page.unread) < others, "other tests run these"
