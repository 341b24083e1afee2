"""What a platform team installs, on an API server of its own, for its admission policies bind all tests there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client
from kubernetes.client import ApiClient, ApiException

from local_cluster import LocalCluster
from local_cluster.build import ensure_program
from local_cluster.programs import HELM
from local_cluster.readiness import wait_until
from local_stack import Objects

from .helm import Helm
from .policies import is_bound

ROOT = Path(__file__).parents[2]
MANIFESTS = ROOT / "manifests"
INSTALLED = (
    "namespace.yaml",
    "rbac.yaml",
    "tenant-roles.yaml",
    "admission-policy.yaml",
    "network-policy.yaml",
    "pod-disruption-budget.yaml",
)
OPERATOR = ("connect-operator", "connect-operator")


@pytest.fixture(scope="session")
def cluster() -> Iterator[LocalCluster]:
    """A cluster with the kinds and everything of manifests/ but the pod, for which there is no kubelet."""
    with LocalCluster() as running:
        running.apply_crds(ROOT / "crds")
        for name in (*INSTALLED, "deployment.yaml"):
            running.apply_crds(MANIFESTS / name)
        with running.api_client() as api:
            assert wait_until(lambda: is_bound(api), 60), "the API server does not heed the policies"
        yield running


@pytest.fixture(scope="session")
def admin(cluster: LocalCluster) -> Iterator[ApiClient]:
    """The group system:masters."""
    with cluster.api_client() as api:
        yield api


@pytest.fixture(scope="session")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """Helm itself; built before the first test, if need be."""
    return Helm(ensure_program(HELM), tmp_path_factory.mktemp("helm"))


@dataclass(frozen=True)
class Person:
    """Somebody with a token, and what they do to objects."""

    api: ApiClient
    objects: Objects
    name: str

    def may(self, verb: str, resource: str, namespace: str = "") -> bool:
        """Whether the API server would let them."""
        plural, _, subresource = resource.partition("/")
        attributes = {
            "verb": verb,
            "group": "connect-operator.io",
            "resource": plural,
            "subresource": subresource,
            "namespace": namespace,
        }
        review = {"spec": {"resourceAttributes": attributes}}
        return bool(client.AuthorizationV1Api(self.api).create_self_subject_access_review(review).status.allowed)


NewPerson = Callable[..., Person]


@pytest.fixture
def person(cluster: LocalCluster, admin: ApiClient, namespace: str) -> Iterator[NewPerson]:
    """Make somebody who has a ClusterRole in the test's namespace, or rules of their own there, and nothing else."""
    opened: list[ApiClient] = []

    def make(name: str, *, role: str = "", rules: list[dict[str, Any]] | None = None) -> Person:
        client.CoreV1Api(admin).create_namespaced_service_account(namespace, {"metadata": {"name": name}})
        rbac = client.RbacAuthorizationV1Api(admin)
        kind = "ClusterRole"
        if rules is not None:
            rbac.create_namespaced_role(namespace, {"metadata": {"name": name}, "rules": rules})
            kind, role = "Role", name
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role}
        subject = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
        binding = {"metadata": {"name": name}, "roleRef": reference, "subjects": [subject]}
        rbac.create_namespaced_role_binding(namespace, binding)
        api = cluster.api_client(cluster.kubeconfig_for_service_account(namespace, name))
        opened.append(api)
        return Person(api, Objects(api), name)

    yield make
    for api in opened:
        api.close()


@pytest.fixture
def operator_person(cluster: LocalCluster) -> Iterator[Person]:
    """The operator's own ServiceAccount."""
    with cluster.api_client(cluster.kubeconfig_for_service_account(*OPERATOR)) as api:
        yield Person(api, Objects(api), "connect-operator")


@pytest.fixture
def refused() -> Callable[..., str]:
    """What somebody is told whose request is refused; fails when it is not."""

    def refuse(action: Callable[..., Any], *args: Any, **options: Any) -> str:  # noqa: ANN401 - whatever it takes
        with pytest.raises(ApiException) as caught:
            action(*args, **options)
        assert caught.value.status in {403, 422}, caught.value
        return str(caught.value.body)

    return refuse
