"""Uninstalling erases nobody: with the definitions, a namespace or the ConnectInstance go no users, until confirmed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes.client import ApiextensionsV1Api, CoreV1Api, V1Namespace, V1ObjectMeta

from connect_sim.control_client import SimControl
from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import Objects, OperatorProcess
from local_stack.objects import has_reason

from .running import SETTINGS
from .stage import Stage, wait_for

ROOT = Path(__file__).parents[2]
DEFINITIONS = ("connectcontactassignments", "connectinstances", "connectusers")
NAMES = ["ada", "bob", "carol", "dave"]
CONFIRM = "connect-operator.io/confirm-deletions"


@pytest.fixture
def own_cluster() -> Iterator[LocalCluster]:
    """A cluster for one test: what is uninstalled here is gone for all."""
    with LocalCluster(audit=True) as running:
        running.apply_crds(ROOT / "crds")
        for name in ("namespace.yaml", "rbac.yaml"):
            running.apply_crds(ROOT / "manifests" / name)
        yield running


@pytest.fixture
def operator_here(own_cluster: LocalCluster, simulator: SimProcess) -> Iterator[OperatorProcess]:
    """The operator at work there, with the rights that the manifests give."""
    simulator.control.reset()
    simulator.control.unlimited()
    kubeconfig = own_cluster.kubeconfig_for_service_account("connect-operator", "connect-operator")
    with OperatorProcess(kubeconfig, {**simulator.env, **SETTINGS}) as operator:
        yield operator


@pytest.fixture
def scene(own_cluster: LocalCluster, simulator: SimProcess, operator_here: OperatorProcess) -> Iterator[Stage]:
    """Four users that are Ready."""
    made = simulator.control.add_instance(id=str(uuid.uuid4()), region="sim-uninstall")
    with own_cluster.api_client() as api:
        CoreV1Api(api).create_namespace(V1Namespace(metadata=V1ObjectMeta(name="team-a")))
        stage = Stage(
            cluster=own_cluster,
            objects=Objects(api),
            sim=SimControl(simulator.url, instance=made["id"]),
            namespace="team-a",
            instance="support",
            instance_arn=made["arn"],
        )
        stage.apply_secret()
        stage.apply_instance()
        stage.apply_users(NAMES)
        stage.wait_ready(*NAMES, timeout=90)
        assert operator_here.running
        yield stage


def confirm(stage: Stage) -> None:
    stage.objects.patch("ConnectInstance", None, stage.instance, {"metadata": {"annotations": {CONFIRM: "true"}}})


def assert_held(stage: Stage, what: str) -> None:
    for name in NAMES:
        message = stage.wait_reason(name, "DeletionsPaused", timeout=90)
        assert what in message
        assert "connect-operator keep-deletions support" in message
        assert "connect-operator confirm-deletions support" in message
    stage.wait_instance(has_reason("DeletionsPaused"), timeout=90)
    assert stage.write_names().count("DeleteUser") == 0
    assert stage.usernames() == NAMES


def test_deleting_the_definitions_deletes_nobody_until_confirmed(
    own_cluster: LocalCluster, operator_here: OperatorProcess, scene: Stage
) -> None:
    with own_cluster.api_client() as api:
        definitions = ApiextensionsV1Api(api)
        for plural in DEFINITIONS:  # kubectl delete -f crds/
            definitions.delete_custom_resource_definition(f"{plural}.connect-operator.io")
    # The definition without objects is gone at once, so the operator ends, and cannot start before it is back.
    operator_here.wait(90)
    assert scene.usernames() == NAMES
    own_cluster.apply_crds(ROOT / "crds" / "connectcontactassignments.yaml")
    operator_here.start()
    assert_held(scene, "CustomResourceDefinition connect")
    confirm(scene)
    wait_for(lambda: not scene.usernames(), "the users to go", 90)


def test_deleting_a_namespace_deletes_nobody_until_confirmed(own_cluster: LocalCluster, scene: Stage) -> None:
    with own_cluster.api_client() as api:
        CoreV1Api(api).delete_namespace("team-a")
        for name in NAMES:  # as the namespace's controller does, which this cluster does not have
            scene.delete_user(name)
        assert_held(scene, "namespace team-a is being deleted")
        confirm(scene)
        scene.wait_gone(*NAMES, timeout=90)
        assert scene.usernames() == []


def test_deleting_the_connectinstance_with_its_users_keeps_them_on_demand(scene: Stage) -> None:
    scene.objects.delete("ConnectInstance", None, "support")
    for name in NAMES:
        scene.delete_user(name)
    assert_held(scene, "ConnectInstance support is being deleted")
    for name in NAMES:
        scene.patch_user(name, {"spec": {"deletionPolicy": "Retain"}})
    scene.wait_gone(*NAMES, timeout=90)
    scene.wait_instance(lambda found: found is None, timeout=90)
    assert scene.usernames() == NAMES
