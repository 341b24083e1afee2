"""Fixtures of the end-to-end tests: a real API server, the real operator as a process, the simulator over HTTP.

A test has a Stage to itself. It asks for `operator`, which all tests of one worker share, or for `run_operator`, where
it needs other settings or ends the process. Or all tests of a module look at what one fixture of theirs has played on
stages from `new_module_stage`: the module has an operator and a cluster id of its own then, and its OPERATOR has the
settings, without their prefix. The shared operator does not run while another does. The API server is this folder's
own: the shared operator looks after the whole cluster, and would act on the objects of other folders' tests, too.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiClient, ApiException, CoreV1Api, V1Namespace, V1ObjectMeta

from connect_sim.control_client import SimControl
from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import Objects, OperatorProcess, let_read_secrets

from .manifests import PASSWORD, a_password_secret
from .replicas import Replicas
from .running import SETTINGS, Operators, bugs_in, environment
from .stage import Stage
from .stages import Stages
from .tenants import Tenant, a_tenant

ROOT = Path(__file__).parents[2]
SERVICE_ACCOUNT = ("connect-operator", "connect-operator")
FORBIDDEN = 403

# The schema allows none that is shorter.
OFTEN = {"driftCheckInterval": "10s", "detailCheckInterval": "10s"}
ROUTING_PROFILES = [{"name": "Basic Routing Profile", "isDefault": True}, {"name": "Priority"}]


@pytest.fixture(scope="session")
def cluster() -> Iterator[LocalCluster]:
    """A cluster for this folder alone, with the audit log."""
    with LocalCluster(audit=True) as running:
        running.apply_crds(ROOT / "crds")
        yield running


@pytest.fixture(scope="session")
def admin(cluster: LocalCluster) -> Iterator[ApiClient]:
    """A client that may do everything."""
    with cluster.api_client() as api:
        yield api


@pytest.fixture(scope="session")
def simulator() -> Iterator[SimProcess]:
    """One simulator per worker, without rate limits."""
    with SimProcess() as running:
        yield running


@pytest.fixture(scope="session")
def operator_user() -> str:
    """The operator, as the API server's audit log names it."""
    return "system:serviceaccount:" + ":".join(SERVICE_ACCOUNT)


@pytest.fixture
def namespace(
    namespace: str, cluster: LocalCluster, operator_user: str, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A namespace for the test, where the operator is refused nothing unless that is what the test is about."""
    mark = cluster.audit_mark()
    yield namespace
    if request.node.get_closest_marker("refusals") is None:
        assert refusals(cluster, mark, operator_user, {namespace}) == []


def refusals(cluster: LocalCluster, mark: int, user: str, namespaces: Collection[str]) -> list[tuple[str, ...]]:
    """What that user was refused in the namespaces since the mark."""
    events = (each for each in cluster.audit_events(mark, user=user) if each.namespace in namespaces)
    return [(each.verb, each.resource, each.subresource, each.name) for each in events if each.code == FORBIDDEN]


@pytest.fixture(scope="session")
def operators(cluster: LocalCluster, simulator: SimProcess) -> Iterator[Operators]:
    """The operator processes; with the rights that the manifests give, and no others."""
    for name in ("namespace.yaml", "rbac.yaml", "tenant-roles.yaml"):
        cluster.apply_crds(ROOT / "manifests" / name)
    kubeconfig = cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT)
    running = Operators(kubeconfig, simulator.env)
    yield running
    running.stop_shared()


@pytest.fixture
def operator(operators: Operators) -> Iterator[OperatorProcess]:
    """The shared operator: all namespaces, a consistency window of 5 s, slow retries every 2 s."""
    running = operators.shared()
    before = len(running.log)
    yield running
    assert running.running, running.log[-4000:]
    assert not bugs_in(running.log[before:])


@pytest.fixture
def own_cluster() -> Iterator[LocalCluster]:
    """A cluster for one test: what is uninstalled here is gone for all."""
    with LocalCluster(audit=True) as running:
        running.apply_crds(ROOT / "crds")
        for name in ("namespace", "rbac", "tenant-roles", "admission-policy", "network-policy"):
            running.apply_crds(ROOT / "manifests" / f"{name}.yaml")
        yield running


@pytest.fixture
def operator_here(own_cluster: LocalCluster, simulator: SimProcess) -> Iterator[OperatorProcess]:
    """The operator at work there, with the rights that the manifests give."""
    simulator.control.reset()
    simulator.control.unlimited()
    kubeconfig = own_cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT)
    with OperatorProcess(kubeconfig, {**simulator.env, **SETTINGS}) as operator:
        yield operator


@pytest.fixture
def own_stage(own_cluster: LocalCluster, simulator: SimProcess, operator_here: OperatorProcess) -> Iterator[Stage]:
    """The ConnectInstance support and the namespace team-a there."""
    made = simulator.control.add_instance(id=str(uuid.uuid4()), region="sim-own")
    with own_cluster.api_client() as api:
        CoreV1Api(api).create_namespace(V1Namespace(metadata=V1ObjectMeta(name="team-a")))
        sim = SimControl(simulator.url, instance=made["id"])
        stage = Stage(own_cluster, Objects(api), sim, "team-a", "support", made["arn"])
        let_read_secrets(api, "team-a")
        stage.apply_secret()
        stage.apply_instance()
        assert operator_here.running
        yield stage


StartOperator = Callable[..., OperatorProcess]


@pytest.fixture
def run_operator(operators: Operators, namespace: str) -> Iterator[StartOperator]:
    """Start an operator for the test's namespace alone; settings are given without their prefix."""
    operators.stop_shared()
    started: list[OperatorProcess] = []
    with ExitStack() as stack:

        def start(**settings: str) -> OperatorProcess:
            operator = stack.enter_context(operators.own(namespace, environment(settings)))
            started.append(operator)
            return operator

        yield start
        for operator in started:
            assert PASSWORD not in operator.log
            assert not bugs_in(operator.log)


NewStage = Callable[..., Stage]


@pytest.fixture
def new_stage(
    request: pytest.FixtureRequest, cluster: LocalCluster, admin: ApiClient, simulator: SimProcess, namespace: str
) -> Iterator[NewStage]:
    """Make stages in the test's namespace, see Stages.make."""
    if "run_operator" in request.fixturenames:
        request.getfixturevalue("run_operator")  # so that the shared operator never sees the stage
    simulator.control.reset()
    simulator.control.unlimited()
    stages = Stages(cluster, admin, simulator)
    yield partial(stages.make, namespace)
    stages.clear()


@pytest.fixture
def empty_stage(new_stage: NewStage) -> Stage:
    """Likewise, but its ConnectInstance is not applied yet, so nobody has looked at the Connect instance."""
    return new_stage(applied=False)


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    """A CONNECT_MANAGED instance and everything that belongs to it."""
    return new_stage()


@pytest.fixture(scope="module")
def cluster_id(request: pytest.FixtureRequest) -> str:
    """The module's part of the owner tags."""
    return str(request.module.__name__.rpartition(".test_")[2].replace("_", "-"))


@pytest.fixture(scope="module")
def module_operator(
    request: pytest.FixtureRequest, operators: Operators, simulator: SimProcess, cluster_id: str
) -> Iterator[OperatorProcess]:
    """The module's operator."""
    simulator.control.reset()
    simulator.control.unlimited()
    settings = {"log_level": "DEBUG", "cluster_id": cluster_id, **getattr(request.module, "OPERATOR", {})}
    with operators.of_module(settings) as running:
        yield running


@pytest.fixture(scope="module")
def new_module_stage(
    cluster: LocalCluster,
    admin: ApiClient,
    simulator: SimProcess,
    operator_user: str,
    module_operator: OperatorProcess,
    cluster_id: str,
) -> Iterator[NewStage]:
    """Make stages that last for the module, each in a namespace of its own, and often observed; see Stages.make."""
    assert module_operator.running
    stages = Stages(cluster, admin, simulator, cluster_id, {"routingProfiles": ROUTING_PROFILES}, OFTEN)
    mark = cluster.audit_mark()

    def make(**options: Any) -> Stage:  # noqa: ANN401 - whatever Stages.make takes
        namespace = f"{cluster_id}-{uuid.uuid4().hex[:8]}"
        CoreV1Api(admin).create_namespace(V1Namespace(metadata=V1ObjectMeta(name=namespace)))
        return stages.make(namespace, **options)

    yield make
    stages.clear()
    assert refusals(cluster, mark, operator_user, {stage.namespace for stage in stages.made}) == []


@pytest.fixture(autouse=True)
def default_settings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where the tests of a module share its stages, what one has switched in the simulator, or broken, ends with it."""
    yield
    if "module_operator" in request.fixturenames:
        control = request.getfixturevalue("simulator").control
        control.clear_faults()
        switches = control.settings()["switches"]
        changed = {name: None for name, switch in switches.items() if switch["value"] != switch["default"]}
        control.settings({**changed, "contentLag": 0, "deletionLag": 0, "visibilityDelay": 0})


@pytest.fixture
def replicas(operators: Operators, namespace: str) -> Iterator[Replicas]:
    """None yet; the operator that other tests share does not run meanwhile."""
    operators.stop_shared()
    with ExitStack() as stack:
        started = Replicas(operators, namespace, stack)
        yield started
        for replica in started.all:
            assert not bugs_in(replica.operator.log)


@pytest.fixture
def neighbour(admin: ApiClient, namespace: str) -> str:
    """A second namespace beside the test's own."""
    name = f"{namespace[:40].strip('-')}-{uuid.uuid4().hex[:8]}"
    CoreV1Api(admin).create_namespace(V1Namespace(metadata=V1ObjectMeta(name=name)))
    let_read_secrets(admin, name)
    Objects(admin).apply(a_password_secret(name))
    return name


NewTenant = Callable[..., Tenant]


@pytest.fixture
def tenant(cluster: LocalCluster, admin: ApiClient, neighbour: str) -> Iterator[NewTenant]:
    """Make somebody with a token of the neighbouring namespace; `status_too`: by a rule that lists no resources."""
    made: list[Tenant] = []

    def make(*, status_too: bool = False, manager: str = "") -> Tenant:
        name = f"tenant-{len(made)}"
        made.append(a_tenant(cluster, admin, neighbour, name=name, status_too=status_too, manager=manager))
        return made[-1]

    yield make
    for kind in ("ConnectUser", "ConnectContactAssignment"):
        for found in Objects(admin).every(kind, neighbour):
            with suppress(ApiException):  # gone by now
                Objects(admin).delete(kind, neighbour, found["metadata"]["name"])
                Objects(admin).patch(kind, neighbour, found["metadata"]["name"], {"metadata": {"finalizers": None}})
