"""Fixtures for the whole life of a user: a real API server, a real operator process, the simulator over HTTP.

The API server is this folder's own: an operator looks after a whole cluster, so one that other tests leave running
would act on the objects of these, too. Each module has an operator and a cluster id of its own; its settings are the
module's OPERATOR, environment variables without their prefix.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client

from connect_sim.control_client import SimControl
from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import Objects, OperatorProcess, let_read_secrets
from local_stack.operator_process import wait_for_log

from .manifests import PASSWORD
from .scene import Scene

ROOT = Path(__file__).parents[2]
SERVICE_ACCOUNT = ("connect-operator", "connect-operator")
SETTINGS = {"log_level": "DEBUG"}
AREAS = ("us", "eu", "ap", "sa", "ca", "me", "af")
SIDES = ("east", "west", "north", "south", "central", "northeast", "southeast", "northwest", "southwest")
# What only a bug makes the operator log; and who says, with a traceback, that a role cannot be assumed.
_BUGS = ("Traceback", "a pass failed unexpectedly", "without an end")
_TALKATIVE = '"logger": "botocore.credentials"'

HIERARCHY = [
    {"name": "EMEA", "children": [{"name": "Berlin", "children": [{"name": "Team A"}, {"name": "Team B"}]}]},
    {"name": "AMER", "children": [{"name": "Austin"}]},
]
ATTRIBUTES = {"Language": ["English", "German", "Spanish"], "Skill": ["Billing", "Returns"]}
ROUTING_PROFILES = [{"name": "Basic Routing Profile", "isDefault": True}, {"name": "Priority"}]


@pytest.fixture(scope="session")
def cluster() -> Iterator[LocalCluster]:
    """A cluster for this folder alone; the operator has the rights that the manifests give, and no others."""
    with LocalCluster() as running:
        running.apply_crds(ROOT / "crds")
        for name in ("namespace.yaml", "rbac.yaml"):
            running.apply_crds(ROOT / "manifests" / name)
        yield running


@pytest.fixture(scope="session")
def admin(cluster: LocalCluster) -> Iterator[client.ApiClient]:
    """A client that may do everything."""
    with cluster.api_client() as api:
        yield api


@pytest.fixture(scope="session")
def simulator() -> Iterator[SimProcess]:
    """One simulator per worker. Its service quotas are as in AWS, where a test wants them; otherwise there are none."""
    with SimProcess(rate=float("inf")) as running:
        yield running


@pytest.fixture(scope="module")
def cluster_id(request: pytest.FixtureRequest) -> str:
    """The module's part of the owner tags."""
    return str(request.module.__name__.rpartition(".test_")[2].replace("_", "-"))


@pytest.fixture(scope="module", autouse=True)
def operator(
    request: pytest.FixtureRequest, cluster: LocalCluster, simulator: SimProcess, cluster_id: str
) -> Iterator[OperatorProcess]:
    """The module's operator."""
    settings = {**SETTINGS, "cluster_id": cluster_id, **getattr(request.module, "OPERATOR", {})}
    environment = {f"CONNECT_OPERATOR_{name.upper()}": value for name, value in settings.items()}
    kubeconfig = cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT)
    simulator.control.reset()
    simulator.control.unlimited()
    with OperatorProcess(kubeconfig, {**simulator.env, **environment}) as running:
        wait_for_log(running, "ConnectInstances")
        yield running
        assert running.running, running.log[-4000:]
        code = running.stop()
        assert code == 0, running.log[-4000:]
        assert PASSWORD not in running.log
        assert not _bugs_in(running.log)


def _bugs_in(log: str) -> list[str]:
    lines = (line for line in log.splitlines() if _TALKATIVE not in line)
    return [line for line in lines if any(bug in line for bug in _BUGS)]


# Quotas are an account's in a region: a scene with a region to itself shares none with another.
_REGIONS = [f"{area}-{side}-{number}" for number in (1, 2) for side in SIDES for area in AREAS]
NewScene = Callable[..., Scene]


@pytest.fixture(scope="module")
def new_scene(admin: client.ApiClient, simulator: SimProcess, cluster_id: str) -> Iterator[NewScene]:
    """Make a Connect instance (members as in a seed file), its ConnectInstance and a namespace.

    With `applied=False` the ConnectInstance is left to the test, which first fills the Connect instance; `instance` is
    what else its spec says.
    """
    scenes: list[Scene] = []
    numbers = count()

    def make(*, applied: bool = True, instance: dict[str, Any] | None = None, **members: Any) -> Scene:  # noqa: ANN401 - seed members
        wanted = {"hierarchy": HIERARCHY, "predefinedAttributes": ATTRIBUTES, "routingProfiles": ROUTING_PROFILES}
        region = _REGIONS[next(numbers) % len(_REGIONS)]
        made = simulator.control.add_instance(id=str(uuid.uuid4()), **{"region": region, **wanted, **members})
        namespace = f"{cluster_id}-{made['id'][:8]}"
        named = client.V1Namespace(metadata=client.V1ObjectMeta(name=namespace))
        client.CoreV1Api(admin).create_namespace(named)
        let_read_secrets(admin, namespace)
        control = SimControl(simulator.url, instance=made["id"])
        scene = Scene(Objects(admin), control, namespace, f"i-{made['id']}", made["arn"], cluster_id)
        scenes.append(scene)
        scene.apply_secret()
        if applied:
            scene.apply_instance(**(instance or {}))
        return scene

    yield make
    for scene in scenes:
        scene.clear()


@pytest.fixture
def scene(new_scene: NewScene) -> Scene:
    """A CONNECT_MANAGED instance and everything that belongs to it."""
    return new_scene()


@pytest.fixture(autouse=True)
def default_settings(simulator: SimProcess) -> Iterator[None]:
    """What a test has switched in the simulator, or broken, ends with it."""
    yield
    simulator.control.clear_faults()
    switches = simulator.control.settings()["switches"]
    changed = {name: None for name, switch in switches.items() if switch["value"] != switch["default"]}
    simulator.control.settings({**changed, "contentLag": 0, "deletionLag": 0, "visibilityDelay": 0})
