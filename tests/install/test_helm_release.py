"""From a bare cluster to a release, to its upgrade and its end; every object judged by the real API server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kubernetes.client import (
    AdmissionregistrationV1Api,
    ApiClient,
    ApiException,
    ApiextensionsV1Api,
    AppsV1Api,
    CoreV1Api,
)
from kubernetes.dynamic import DynamicClient

from local_cluster import LocalCluster
from local_stack import Objects

from .conftest import Person
from .helm import CHART, NAMESPACE, RELEASE, Helm
from .test_chart import FULL

# Of Prometheus Operator, which is not here.
FOREIGN = ("PodMonitor", "ServiceMonitor", "PrometheusRule")


@pytest.fixture(scope="module")
def bare_cluster() -> Iterator[LocalCluster]:
    """A cluster on which nothing of ours was ever applied."""
    with LocalCluster() as running:
        with running.api_client() as api:
            for name in ("team-a", "team-b", "team-c"):
                CoreV1Api(api).create_namespace({"metadata": {"name": name}})
        yield running


@pytest.fixture(scope="module")
def bare_admin(bare_cluster: LocalCluster) -> Iterator[ApiClient]:
    """Its administrator."""
    with bare_cluster.api_client() as api:
        yield api


def test_every_object_is_accepted(helm: Helm, admin: ApiClient, cluster: LocalCluster) -> None:
    """A server-side dry run, where the kinds exist already."""
    core = CoreV1Api(admin)
    for name in ("team-a", "team-b", "team-c"):
        core.create_namespace({"metadata": {"name": name}})
    resources = DynamicClient(admin, cache_file=str(cluster.folder / "chart.json")).resources
    for values in ({}, FULL):
        # Under names of its own: the selector of the Deployment that is there cannot be changed.
        for document in helm.template({**values, "fullnameOverride": "chart"}):
            if document["kind"] in FOREIGN:
                continue
            resource = resources.get(api_version=document["apiVersion"], kind=document["kind"])
            namespace = document["metadata"].get("namespace", NAMESPACE) if resource.namespaced else None
            resource.server_side_apply(
                body=document,
                name=document["metadata"]["name"],
                namespace=namespace,
                field_manager="helm",
                force_conflicts=True,
                field_validation="Strict",
                dry_run="All",
            )


def test_a_release_from_beginning_to_end(helm: Helm, bare_cluster: LocalCluster, bare_admin: ApiClient) -> None:
    def run(*arguments: str) -> None:
        done = helm.run(*arguments, "-n", NAMESPACE, kubeconfig=bare_cluster.kubeconfig)
        assert done.returncode == 0, done.stderr

    run("install", RELEASE, str(CHART), "--create-namespace", "--set", "secrets.namespaces={team-a}")
    with bare_cluster.api_client(bare_cluster.kubeconfig_for_service_account(NAMESPACE, RELEASE)) as api:
        operator = Person(api, Objects(api), RELEASE)
        assert operator.may("patch", "connectusers/status", "team-b")
        assert operator.may("list", "connectusers")

        run("upgrade", RELEASE, str(CHART), "--set", "watchNamespaces={team-a}", "--set", "logLevel=DEBUG")
        assert operator.may("patch", "connectusers/status", "team-a")
        assert operator.may("list", "connectinstances")
        assert not operator.may("list", "connectusers", "team-b")
    deployed = AppsV1Api(bare_admin).read_namespaced_deployment(RELEASE, NAMESPACE)
    assert "--namespace" in deployed.spec.template.spec.containers[0].args

    run("uninstall", RELEASE)
    with pytest.raises(ApiException, match="Not Found"):
        AdmissionregistrationV1Api(bare_admin).read_validating_admission_policy("connect-operator-status")
    kept = {each.metadata.name for each in ApiextensionsV1Api(bare_admin).list_custom_resource_definition().items}
    assert "connectusers.connect-operator.io" in kept, "with the kinds every object would go"
