"""Fixtures of the end-to-end tests: a real API server, the real operator as a process, the simulator over HTTP.

A test has a Stage to itself. It asks for `operator`, which all tests of one worker share, or for `run_operator`, where
it needs other settings or ends the process; the shared one does not run meanwhile. The API server is this folder's
own: the shared operator looks after the whole cluster, and would act on the objects of other folders' tests, too.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
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
from .running import SETTINGS, Operators
from .stage import Stage, bugs_in
from .tenants import Tenant, a_tenant

ROOT = Path(__file__).parents[2]
SERVICE_ACCOUNT = ("connect-operator", "connect-operator")
FORBIDDEN = 403

HIERARCHY = [
    {"name": "EMEA", "children": [{"name": "Berlin", "children": [{"name": "Team A"}, {"name": "Team B/C"}]}]},
    {"name": "AMER", "children": [{"name": "Austin"}]},
]
ATTRIBUTES = {"Language": ["English", "German", "Spanish"], "Skill": ["Billing", "Returns"]}


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
        events = cluster.audit_events(mark, user=operator_user)
        refused = [event for event in events if event.code == FORBIDDEN and event.namespace == namespace]
        assert [(event.verb, event.resource, event.subresource, event.name) for event in refused] == []


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
            named = {f"CONNECT_OPERATOR_{name.upper()}": value for name, value in settings.items()}
            operator = stack.enter_context(operators.own(namespace, named))
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
    """Make a Connect instance (members as in a seed file) and what belongs to it.

    With `applied=False` its ConnectInstance is left to the test, which first fills the Connect instance.
    """
    if "run_operator" in request.fixturenames:
        request.getfixturevalue("run_operator")  # so that the shared operator never sees the stage
    simulator.control.reset()
    simulator.control.unlimited()
    stages: list[Stage] = []

    def make(*, applied: bool = True, **members: Any) -> Stage:  # noqa: ANN401 - seed members
        identity = str(uuid.uuid4())
        # A region of its own: quotas count per region, so what one test did to them is nothing to the next.
        wanted = {"region": f"sim-{identity[:8]}", "hierarchy": HIERARCHY, "predefinedAttributes": ATTRIBUTES}
        made = simulator.control.add_instance(id=identity, **{**wanted, **members})
        stage = Stage(
            cluster=cluster,
            objects=Objects(admin),
            sim=SimControl(simulator.url, instance=made["id"]),
            namespace=namespace,
            instance=f"e2e-{made['id']}",
            instance_arn=made["arn"],
        )
        stages.append(stage)
        let_read_secrets(admin, namespace)
        stage.apply_secret()
        if applied:
            stage.apply_instance()
        return stage

    yield make
    leaks = [place for stage in stages for place in stage.leaked()]
    for stage in stages:
        stage.clear()
    assert not leaks


@pytest.fixture
def empty_stage(new_stage: NewStage) -> Stage:
    """Likewise, but its ConnectInstance is not applied yet, so nobody has looked at the Connect instance."""
    return new_stage(applied=False)


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    """A CONNECT_MANAGED instance and everything that belongs to it."""
    return new_stage()


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
