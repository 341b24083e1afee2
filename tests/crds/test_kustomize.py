"""kustomize, through kubectl: names that it changes are followed in the fields that refer to them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from .manifests import a_user, an_assignment, an_instance

CONFIGURATION = Path(__file__).parents[2] / "manifests" / "kustomize" / "name-references.yaml"
KUSTOMIZATION = {
    "apiVersion": "kustomize.config.k8s.io/v1beta1",
    "kind": "Kustomization",
    "namePrefix": "emea-",
    "resources": ["objects.yaml"],
    "configurations": ["name-references.yaml"],
    "secretGenerator": [{"name": "initial-password", "literals": ["password=Passw0rd-1"]}],
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What `kubectl kustomize` makes of one object of each kind, by kind."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl, which has kustomize built in, is not installed")
    folder = tmp_path_factory.mktemp("overlay")
    objects = [an_instance(), a_user(passwordSecretRef={"name": "initial-password"}), an_assignment()]
    (folder / "objects.yaml").write_text(yaml.safe_dump_all(objects))
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(KUSTOMIZATION))
    (folder / "name-references.yaml").write_text(CONFIGURATION.read_text())
    command = ["kubectl", "kustomize", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a folder of this test
    assert done.returncode == 0, done.stderr
    return {each["kind"]: each for each in yaml.safe_load_all(done.stdout)}


def test_a_generated_secret_is_followed(built: dict[str, dict[str, Any]]) -> None:
    name = built["Secret"]["metadata"]["name"]
    assert name.startswith("emea-initial-password-")
    assert built["ConnectUser"]["spec"]["passwordSecretRef"]["name"] == name


def test_instance_and_user_are_followed(built: dict[str, dict[str, Any]]) -> None:
    assert built["ConnectInstance"]["metadata"]["name"] == "emea-support"
    assert built["ConnectUser"]["spec"]["instanceRef"]["name"] == "emea-support"
    assert built["ConnectContactAssignment"]["spec"]["instanceRef"]["name"] == "emea-support"
    assert built["ConnectContactAssignment"]["spec"]["userRef"]["name"] == "emea-jdoe"
