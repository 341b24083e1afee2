"""The image of the Dockerfile, really built, and its entry point at work in a cluster."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes.client import ApiClient

from connect_sim.process import SimProcess
from image import Builder, reason_against
from local_cluster import LocalCluster
from local_cluster.tool_run import ToolError
from local_stack import Objects
from local_stack.objects import is_ready

ROOT = Path(__file__).parents[2]
EPOCH = 1_700_000_000
MOST_MEGABYTES = 150
SERVICE_ACCOUNT = ("connect-operator", "connect-operator")

REASON = reason_against()
pytestmark = [
    pytest.mark.skipif(REASON is not None, reason=f"no image can be built here: {REASON}"),
    # A build takes a minute on an idle machine, the base one more, and many times that among other tests.
    pytest.mark.timeout(2400),
]


def built() -> Builder:
    builder = Builder(Path(tempfile.mkdtemp(prefix="connect-operator-image-")), os.environ)
    try:
        builder.import_base()
    except ToolError as error:
        pytest.skip(f"there is no base for an image here: {error}")
    builder.build(EPOCH)
    return builder


@pytest.fixture(scope="module")
def builder() -> Iterator[Builder]:
    """A builder that has built the image."""
    made = built()
    yield made
    made.run("rm", "--all")
    shutil.rmtree(made.folder)


@pytest.fixture
def container(builder: Builder) -> str:
    """A container of it."""
    return builder.container()


def test_the_image_is_small(builder: Builder, container: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Less its base; measured as it lies on a disk, not packed."""
    files = (path for path in (builder.tree(container) / "opt" / "connect-operator").rglob("*") if path.is_file())
    megabytes = sum(path.lstat().st_size for path in files) / 1e6
    with capsys.disabled():
        print(f"\nThe image has {megabytes:.0f} MB over its base.")  # noqa: T201 - a number to be seen
    assert megabytes <= MOST_MEGABYTES


def test_it_runs_as_nobody_in_particular(builder: Builder) -> None:
    configuration = builder.configuration()
    assert configuration["User"] == "65532:65532"
    assert configuration["Entrypoint"] == ["/opt/connect-operator/bin/connect-operator"]
    assert configuration["Cmd"] == ["run"]


def test_it_holds_no_installer_and_nothing_that_must_be_compiled_yet(builder: Builder, container: str) -> None:
    (packages,) = (builder.tree(container) / "opt" / "connect-operator" / "lib").glob("python3*/site-packages")
    assert not list(packages.glob("pip*"))
    sources = set(packages.rglob("connect_operator/**/*.py"))
    assert sources
    assert not [path for path in sources if not list((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"))]


def test_every_command_can_be_loaded(builder: Builder, container: str) -> None:
    said = builder.run("run", container, "--", *builder.configuration()["Entrypoint"], "--help")
    assert "iam-policy" in said


def test_a_second_build_has_the_same_content(builder: Builder) -> None:
    again = built()
    try:
        for made in (builder, again):
            made.save(made.folder / "layout", "same")
        one, other = (json.loads((made.folder / "layout" / "index.json").read_text()) for made in (builder, again))
        assert one == other
    finally:
        shutil.rmtree(again.folder)


def portable(kubeconfig: Path, target: Path) -> Path:
    """A kubeconfig that needs no other file and that another user can read."""
    content: dict[str, Any] = yaml.safe_load(kubeconfig.read_text())
    cluster = content["clusters"][0]["cluster"]
    authority = Path(cluster.pop("certificate-authority")).read_bytes()
    cluster["certificate-authority-data"] = base64.b64encode(authority).decode()
    target.write_text(yaml.safe_dump(content))
    target.chmod(0o644)
    return target


@pytest.fixture
def at_work(
    builder: Builder, container: str, cluster: LocalCluster, simulator: SimProcess, tmp_path: Path
) -> Iterator[Path]:
    """The container's entry point, with the rights that the manifests give; its log."""
    for name in ("namespace", "rbac"):
        cluster.apply_crds(ROOT / "manifests" / f"{name}.yaml")
    kubeconfig = portable(cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT), tmp_path / "kubeconfig")
    environment = {**simulator.env, "KUBECONFIG": "/kubeconfig", "CONNECT_OPERATOR_LEADER_ELECTION": "false"}
    configuration = builder.configuration()
    command = builder.command(
        "run",
        f"--volume={kubeconfig}:/kubeconfig:ro",
        *(f"--env={name}={value}" for name, value in environment.items()),
        container,
        "--",
        *configuration["Entrypoint"],
        *configuration["Cmd"],
    )
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - the builder's own command
            command, env=builder.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    yield log
    process.terminate()
    process.wait(60)


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimProcess]:
    """The Connect simulator."""
    with SimProcess() as running:
        running.control.unlimited()
        yield running


def test_its_entry_point_makes_users(at_work: Path, admin: ApiClient, simulator: SimProcess, namespace: str) -> None:
    made = simulator.control.add_instance(id=str(uuid.uuid4()), identityManagementType="SAML")
    objects = Objects(admin)
    name = f"image-{made['id'][:8]}"
    head = {"apiVersion": "connect-operator.io/v1alpha1"}
    instance = {"instanceId": made["arn"], "allowedNamespaces": [{"name": namespace}]}
    objects.apply({**head, "kind": "ConnectInstance", "metadata": {"name": name}, "spec": instance})
    user = {
        "instanceRef": {"name": name},
        "identityInfo": {"firstName": "Ada", "lastName": "Lovelace"},
        "routingProfileName": "Basic Routing Profile",
        "securityProfileNames": ["Agent"],
    }
    metadata = {"name": "ada", "namespace": namespace}
    objects.apply({**head, "kind": "ConnectUser", "metadata": metadata, "spec": user})
    try:
        objects.wait("ConnectUser", namespace, "ada", is_ready)
    except TimeoutError:
        pytest.fail(at_work.read_text()[-4000:])
    assert [each["Username"] for each in simulator.control.users(made["id"])] == ["ada"]
