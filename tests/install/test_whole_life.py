"""Tenant and operator with the shipped roles, under the shipped policies: everything usual still works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from kubernetes.client import ApiClient, CoreV1Api

from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import Objects, OperatorProcess, let_read_secrets
from local_stack.objects import condition, is_ready

from .conftest import MANIFESTS, OPERATOR, NewPerson, Person
from .manifests import a_user, an_assignment, an_instance

SECONDS = 90.0
INSTANCE_ID = "5eed0000-0000-4000-8000-000000000001"
CONTACT = "5eed0000-0000-4000-8000-0000000c0001"
ROLES = list(yaml.safe_load_all((MANIFESTS / "tenant-roles.yaml").read_text()))


@pytest.fixture
def simulator() -> Iterator[SimProcess]:
    """With the usual members."""
    with SimProcess(rate=float("inf")) as running:
        yield running


@pytest.fixture
def operator(cluster: LocalCluster, simulator: SimProcess, namespace: str) -> Iterator[OperatorProcess]:
    """With the rights of its ServiceAccount."""
    kubeconfig = cluster.kubeconfig_for_service_account(*OPERATOR)
    environment = {**simulator.env, "CONNECT_OPERATOR_CONSISTENCY_WINDOW": "2s"}
    with OperatorProcess(kubeconfig, environment, arguments=["--namespace", namespace]) as running:
        yield running
        assert running.stop() == 0, running.log[-4000:]


@pytest.fixture
def tenant(admin: ApiClient, person: NewPerson, namespace: str) -> Person:
    """Somebody with what aggregation adds to `edit`, and a password in a Secret that the operator may read."""
    CoreV1Api(admin).create_namespaced_secret(
        namespace, {"metadata": {"name": "initial-password"}, "stringData": {"password": "Made-Up-Example-1"}}
    )
    let_read_secrets(admin, namespace)
    rules = [rule for role in ROLES[:2] for rule in role["rules"]]
    return person("tenant", rules=rules)


def test_from_creation_to_deletion(
    tenant: Person, admin: ApiClient, operator: OperatorProcess, simulator: SimProcess, namespace: str
) -> None:
    masters = Objects(admin)
    name = f"life-{namespace[-8:]}"
    masters.apply(an_instance(name, instanceId=INSTANCE_ID, allowedNamespaces=[{"name": namespace}]))
    tenant.objects.apply(a_user(namespace, instance=name))
    found = tenant.objects.wait("ConnectUser", namespace, "jane.doe", is_ready, timeout=SECONDS) or {}
    assert found["metadata"]["finalizers"] == ["connect-operator.io/user"]

    tenant.objects.patch("ConnectUser", namespace, "jane.doe", {"spec": {"tags": {"team": "a"}}})
    tenant.objects.wait("ConnectUser", namespace, "jane.doe", is_ready, timeout=SECONDS)
    assignment = an_assignment(namespace)
    assignment["spec"] |= {"instanceRef": {"name": name}, "contactId": CONTACT}
    tenant.objects.apply(assignment)
    tenant.objects.wait(
        "ConnectContactAssignment",
        namespace,
        "invoice",
        lambda found: condition(found, "Complete").get("status") == "True",
        timeout=SECONDS,
    )

    tenant.objects.delete("ConnectUser", namespace, "jane.doe")
    tenant.objects.wait("ConnectUser", namespace, "jane.doe", lambda found: found is None, timeout=SECONDS)
    masters.delete("ConnectInstance", None, name)
    masters.wait("ConnectInstance", None, name, lambda found: found is None, timeout=SECONDS)

    operations = [call.operation for call in simulator.control.journal()]
    assert {"CreateUser", "TagResource", "AssociateContactWithUser", "DeleteUser"} <= set(operations)
    assert "ValidatingAdmissionPolicy" not in operator.log
