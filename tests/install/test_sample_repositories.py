"""The sample repositories, made by kustomize and accepted by the real API server under the policies."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes.client import ApiClient, CoreV1Api
from kubernetes.dynamic import DynamicClient

from local_cluster import LocalCluster

from .conftest import MANIFESTS, ROOT

SAMPLES = MANIFESTS / "samples"
REPOSITORIES = ("one-team", "many-teams/overlays/test", "many-teams/overlays/production")
KUBECTL = shutil.which("kubectl")
needs_kubectl = pytest.mark.skipif(KUBECTL is None, reason="kubectl, which holds kustomize, is not on PATH")


def made(folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run(  # noqa: S603 - kubectl of this machine
        [str(KUBECTL), "kustomize", folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


@needs_kubectl
@pytest.mark.parametrize("repository", REPOSITORIES)
def test_a_sample_repository_is_accepted(admin: ApiClient, cluster: LocalCluster, repository: str) -> None:
    documents = made(SAMPLES / repository)
    resources = DynamicClient(admin, cache_file=str(cluster.folder / "samples.json")).resources
    for document in documents:
        if document["kind"] == "Namespace":
            name = document["metadata"]["name"]
            if name not in {each.metadata.name for each in CoreV1Api(admin).list_namespace().items}:
                CoreV1Api(admin).create_namespace(document)
            continue
        resource = resources.get(api_version=document["apiVersion"], kind=document["kind"])
        resource.server_side_apply(
            body=document,
            name=document["metadata"]["name"],
            namespace=document["metadata"].get("namespace"),
            field_manager="kustomize",
            force_conflicts=True,
            field_validation="Strict",
            dry_run="All",
        )


@needs_kubectl
@pytest.mark.parametrize("repository", REPOSITORIES)
def test_every_namespace_of_a_sample_repository_may_use_its_instance(repository: str) -> None:
    documents = made(SAMPLES / repository)
    (instance,) = [each for each in documents if each["kind"] == "ConnectInstance"]
    allowed = {each["name"] for each in instance["spec"]["allowedNamespaces"]}
    users = [each for each in documents if each["kind"] == "ConnectUser"]
    assert len(users) >= 2
    assert all({each["metadata"]["namespace"], "*"} & allowed for each in users)
    assert {each["spec"]["instanceRef"]["name"] for each in users} == {instance["metadata"]["name"]}


@needs_kubectl
def test_production_keeps_users_whose_manifest_is_lost() -> None:
    users = [each for each in made(SAMPLES / "many-teams/overlays/production") if each["kind"] == "ConnectUser"]
    assert {each["spec"]["deletionPolicy"] for each in users} == {"Retain"}


@needs_kubectl
def test_the_bases_are_whole() -> None:
    """Kustomize makes of manifests/ what its files say, and of the components what they add."""
    files = yaml.safe_load((MANIFESTS / "kustomization.yaml").read_text())["resources"]
    wanted = [each for name in files for each in yaml.safe_load_all((MANIFESTS / name).read_text())]
    assert len(made(MANIFESTS)) == len(wanted)


@needs_kubectl
def test_what_the_documentation_shows_can_be_made(tmp_path: Path) -> None:
    for folder in ("crds", "manifests"):
        shutil.copytree(ROOT / folder, tmp_path / "connect-operator" / folder)
    page = (ROOT / "docs" / "howto" / "install-kustomize.md").read_text()
    shown = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert shown
    (tmp_path / "kustomization.yaml").write_text(shown[1])
    documents = made(tmp_path)

    kinds = {each["kind"] for each in documents}
    assert {"CustomResourceDefinition", "PodMonitor", "PrometheusRule", "ConfigMap"} <= kinds
    assert len([each for each in documents if each["kind"] == "CustomResourceDefinition"]) == 3
    (account,) = [each for each in documents if each["kind"] == "ServiceAccount"]
    assert "eks.amazonaws.com/role-arn" in account["metadata"]["annotations"]
    (deployment,) = [each for each in documents if each["kind"] == "Deployment"]
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == "REGISTRY/connect-operator:0.1.0"


@needs_kubectl
def test_the_other_component_fits_the_bases(tmp_path: Path) -> None:
    shutil.copytree(MANIFESTS, tmp_path / "manifests")
    (tmp_path / "kustomization.yaml").write_text(
        "resources: [manifests]\ncomponents: [manifests/secrets-cluster-wide]\n"
    )
    assert ("ClusterRoleBinding", "connect-operator-secrets") in {
        (each["kind"], each["metadata"]["name"]) for each in made(tmp_path)
    }
