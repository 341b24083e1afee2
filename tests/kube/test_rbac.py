"""The ServiceAccount of the manifests may do what the operator does (all tests here run as it), and nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubernetes.client import AuthorizationV1Api

from connect_operator.kube.connection import Connection
from connect_operator.kube.identity import check_version, read_cluster_id
from local_cluster import LocalCluster

from .objects import Objects


@pytest.mark.parametrize(
    ("verb", "group", "resource", "allowed"),
    [
        ("watch", "connect-operator.io", "connectusers", True),
        ("patch", "connect-operator.io", "connectusers/status", True),
        # Only where a RoleBinding says so.
        ("get", "", "secrets", False),
        ("create", "", "events", True),
        ("get", "connect-operator.io", "connectcontactassignments", True),
        ("list", "connect-operator.io", "connectcontactassignments", True),
        ("watch", "connect-operator.io", "connectcontactassignments", True),
        ("patch", "connect-operator.io", "connectcontactassignments/status", True),
        # What has ended and is not to stay.
        ("delete", "connect-operator.io", "connectcontactassignments", True),
        # It never asks for a contact to be handed over, and changes no such request.
        ("create", "connect-operator.io", "connectcontactassignments", False),
        ("patch", "connect-operator.io", "connectcontactassignments", False),
        ("update", "connect-operator.io", "connectcontactassignments", False),
        ("deletecollection", "connect-operator.io", "connectcontactassignments", False),
        ("update", "connect-operator.io", "connectcontactassignments/status", False),
        ("update", "connect-operator.io", "connectcontactassignments/finalizers", False),
        ("update", "connect-operator.io", "connectusers", False),
        ("delete", "connect-operator.io", "connectusers", False),
        ("create", "connect-operator.io", "connectusers", False),
        ("update", "connect-operator.io", "connectinstances/status", False),
        ("list", "", "secrets", False),
        ("watch", "", "secrets", False),
        ("create", "", "secrets", False),
        ("delete", "", "secrets", False),
        ("update", "", "secrets", False),
        ("patch", "", "secrets", False),
        ("list", "", "namespaces", False),
        ("list", "", "events", False),
        ("list", "apiextensions.k8s.io", "customresourcedefinitions", False),
        # What is being uninstalled is looked up by name.
        ("get", "", "namespaces/team-a", True),
        ("get", "apiextensions.k8s.io", "customresourcedefinitions/connectusers.connect-operator.io", True),
        ("get", "apiextensions.k8s.io", "customresourcedefinitions/connectinstances.connect-operator.io", True),
        (
            "get",
            "apiextensions.k8s.io",
            "customresourcedefinitions/connectcontactassignments.connect-operator.io",
            True,
        ),
        ("get", "apiextensions.k8s.io", "customresourcedefinitions/others.example.com", False),
        ("watch", "apiextensions.k8s.io", "customresourcedefinitions", False),
        ("watch", "", "namespaces", False),
        ("create", "", "pods", False),
        # Who leads is kept in its own namespace alone.
        ("get", "coordination.k8s.io", "leases", False),
        ("create", "coordination.k8s.io", "leases", False),
        ("escalate", "rbac.authorization.k8s.io", "clusterroles", False),
    ],
)
def test_what_the_operator_may_do(
    cluster: LocalCluster, operator_kubeconfig: Path, verb: str, group: str, resource: str, *, allowed: bool
) -> None:
    plural, _, rest = resource.partition("/")
    part = "subresource" if rest in {"status", "finalizers", ""} else "name"
    attributes = {"verb": verb, "group": group, "resource": plural, part: rest, "namespace": "default"}
    with cluster.api_client(operator_kubeconfig) as api:
        review = AuthorizationV1Api(api).create_self_subject_access_review({"spec": {"resourceAttributes": attributes}})
    assert review.status.allowed is allowed


async def test_it_learns_version_and_identity_of_the_cluster(connection: Connection, objects: Objects) -> None:
    assert (await check_version(connection)).startswith("v1.")
    assert await read_cluster_id(connection) == objects.namespace_uid("kube-system")
