"""What is being uninstalled around an object is seen with the manifests' rights; without them, that is said."""

from __future__ import annotations

import pytest
from kubernetes.client import ApiClient, CoreV1Api

from connect_operator.kube.connection import Connection
from connect_operator.kube.credentials import loader
from connect_operator.kube.teardown import read_teardown
from local_cluster import LocalCluster

from .objects import Objects


@pytest.fixture
def instance(admin: ApiClient, namespace: str) -> str:
    """A ConnectInstance of the test's own."""
    name = f"of-{namespace}"[:63].strip("-")
    Objects(admin, namespace).create_instance(name)
    return name


async def test_nothing_is_being_uninstalled(connection: Connection, objects: Objects, instance: str) -> None:
    assert await read_teardown(connection, objects.create_user(), instance) == ""


async def test_the_namespace_is_being_deleted(
    connection: Connection, objects: Objects, admin: ApiClient, instance: str
) -> None:
    user = objects.create_user()
    CoreV1Api(admin).delete_namespace(objects.namespace)
    assert await read_teardown(connection, user, instance) == f"namespace {objects.namespace} is being deleted"


async def test_the_connectinstance_is_gone(connection: Connection, objects: Objects) -> None:
    told = await read_teardown(connection, objects.create_user(), "no-such")
    assert told == "ConnectInstance no-such does not exist any more"


async def test_what_may_not_be_read_counts_as_being_uninstalled(
    cluster: LocalCluster, objects: Objects, instance: str
) -> None:
    powerless = Connection(loader({"KUBECONFIG": str(cluster.kubeconfig_for("developer"))}))
    try:
        told = await read_teardown(powerless, objects.create_user(), instance)
    finally:
        await powerless.close()
    assert told.startswith("whether CustomResourceDefinition connectusers.connect-operator.io is being deleted cannot")
    assert "grant the operator get on it" in told
