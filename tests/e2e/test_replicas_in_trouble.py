"""Two processes whose Lease is deleted, edited or refused, whose clocks differ, or of which one is stopped in a call.

Whatever happens to the Lease, each user is created once, and whoever cannot be sure to lead makes no call.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
import yaml
from kubernetes.client import ApiClient, ApiException, CoordinationV1Api, RbacAuthorizationV1Api

from connect_operator.kube.leases import lease_name
from local_cluster import LocalCluster

from .api_proxy import PASS, ApiProxy, Treatment
from .conftest import ROOT, SERVICE_ACCOUNT, NewStage
from .replicas import LEASE_NAMESPACE, Replicas, seconds_until_leading
from .stage import Stage, wait_for

TERM = 15.0
BUSY = 45.0
MOVED_CLOCK = (sys.executable, str(Path(__file__).with_name("moved_clock.py")))
TEN = [f"user-{number}" for number in range(10)]
AT_LEISURE = {"default": {"rate": 1000, "burst": 1000}, "CreateUser": {"rate": 1, "burst": 2}}


@pytest.fixture
def stage(replicas: Replicas, new_stage: NewStage) -> Stage:
    """Made when no shared operator runs; its users are created one a second."""
    assert not replicas.all
    made = new_stage()
    made.apply_instance(apiRates=AT_LEISURE)
    return made


@pytest.fixture
def leases(admin: ApiClient) -> CoordinationV1Api:
    return CoordinationV1Api(admin)


def created_once(stage: Stage) -> None:
    """Each of the ten, by one call."""
    stage.wait_ready(*TEN, timeout=180)
    calls = stage.calls("CreateUser")
    assert sorted(each.params["Username"] for each in calls if each.committed) == TEN
    assert stage.usernames() == TEN


def test_a_lease_that_is_deleted_again_and_again_changes_nothing(
    replicas: Replicas, stage: Stage, leases: CoordinationV1Api
) -> None:
    leader, standby = replicas.pair()
    stage.apply_users(TEN)
    for count in range(1, 6):
        stage.wait_calls("CreateUser", count)
        leases.delete_namespaced_lease(lease_name([stage.namespace]), LEASE_NAMESPACE)
        wait_for(lambda: _holder(leases, stage), "the Lease to be there again")
    created_once(stage)
    assert len(stage.calls("CreateUser")) == len(TEN)
    assert standby.calls(stage) == []
    assert leader.operator.running


@pytest.mark.parametrize("holder", [None, "somebody-else"], ids=["given up by hand", "a stranger's"])
def test_a_lease_that_is_edited_ends_the_lead_and_another_begins(
    replicas: Replicas, stage: Stage, leases: CoordinationV1Api, holder: str | None
) -> None:
    leader, standby = replicas.pair()
    stage.apply_users(TEN)
    stage.wait_calls("CreateUser", 3)
    change = {"spec": {"holderIdentity": holder, "leaseDurationSeconds": 3600}}
    leases.patch_namespaced_lease(lease_name([stage.namespace]), LEASE_NAMESPACE, change)
    edited = time.monotonic()
    assert leader.operator.wait(60) == 1
    assert "was taken over by" in leader.operator.log
    before = leader.calls(stage)
    # A duration that somebody writes is believed for a minute at most.
    assert seconds_until_leading(standby, edited) < (60.0 if holder else 5.0) + BUSY
    created_once(stage)
    assert leader.calls(stage) == before


def test_without_the_right_the_lead_runs_out_and_goes_on_when_it_is_granted_again(
    replicas: Replicas, stage: Stage, admin: ApiClient
) -> None:
    leader = replicas.start()
    wait_for(lambda: leader.leads, "it to lead")
    roles = RbacAuthorizationV1Api(admin)
    stage.apply_users(TEN)
    stage.wait_calls("CreateUser", 2)
    binding = next(
        each
        for each in yaml.safe_load_all((ROOT / "manifests" / "rbac.yaml").read_text())
        if each["kind"] == "RoleBinding" and each["metadata"]["name"] == "connect-operator-leases"
    )
    roles.delete_namespaced_role_binding("connect-operator-leases", LEASE_NAMESPACE)
    try:
        wait_for(lambda: "no call to AWS is made until it is" in leader.operator.log, "it to doubt")
        assert "Role connect-operator-leases in manifests/rbac.yaml" in leader.operator.log
        over = time.monotonic() + TERM
        wait_for(lambda: time.monotonic() > over, "the term to be over")
        silent = leader.calls(stage)
        again = time.monotonic() + 5.0
        wait_for(lambda: time.monotonic() > again, "calls that must not come")
        assert leader.calls(stage) == silent
    finally:
        _bind_again(roles, binding)
    created_once(stage)
    assert leader.operator.running


def test_who_cannot_reach_its_lease_makes_no_call_and_is_followed(
    replicas: Replicas, stage: Stage, cluster: LocalCluster, tmp_path: Path
) -> None:
    with ApiProxy(cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT), tmp_path) as proxy:
        leader = replicas.start(kubeconfig=proxy.kubeconfig)
        wait_for(lambda: leader.leads, "the first replica to lead")
        standby = replicas.start()
        stage.apply_users(TEN)
        stage.wait_calls("CreateUser", 2)
        proxy.treat = lambda passing: Treatment(status=503) if "/leases" in passing.path else PASS
        took = seconds_until_leading(standby, time.monotonic())
        assert took < 17.0 + BUSY
        before = leader.calls(stage)
        created_once(stage)
        proxy.treat = lambda _passing: PASS
        assert leader.operator.wait(60) == 1
        assert leader.calls(stage) == before
        assert len(stage.calls("CreateUser")) == len(TEN)


@pytest.mark.parametrize("ahead", [-7200.0, 7200.0])
def test_clocks_that_differ_by_hours_matter_nothing(replicas: Replicas, stage: Stage, ahead: float) -> None:
    leader = replicas.start()
    wait_for(lambda: leader.leads, "the first replica to lead")
    standby = replicas.start(program=MOVED_CLOCK, ahead=ahead)
    over = time.monotonic() + TERM + 5.0
    wait_for(lambda: time.monotonic() > over, "a standby that must not lead")
    assert not standby.leads
    stage.apply_users(TEN)
    stage.wait_calls("CreateUser", 3)
    leader.operator.kill()
    assert seconds_until_leading(standby, time.monotonic()) < 17.0 + BUSY
    created_once(stage)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_leader_that_is_stopped_in_the_middle_of_createuser(replicas: Replicas, stage: Stage, when: str) -> None:
    barrier = stage.fault("barrier", "CreateUser", when=when)
    leader, standby = replicas.pair()
    stage.apply_user("user-0")
    barrier.wait_for_waiting()
    leader.operator.pause()
    barrier.remove()  # what was sent is carried out while nobody reads the answer
    assert seconds_until_leading(standby, time.monotonic()) < 17.0 + BUSY
    stage.wait_ready("user-0", timeout=180)
    before = leader.calls(stage)
    leader.operator.resume()
    assert leader.operator.wait(60) == 1
    assert leader.calls(stage) == before
    assert stage.usernames() == ["user-0"]
    assert len([each for each in stage.calls("CreateUser") if each.committed]) == 1
    stage.wait_ready("user-0")


def _holder(leases: CoordinationV1Api, stage: Stage) -> str:
    try:
        return str(leases.read_namespaced_lease(lease_name([stage.namespace]), LEASE_NAMESPACE).spec.holder_identity)
    except ApiException as error:
        if error.status != 404:
            raise
        return ""


def _bind_again(roles: RbacAuthorizationV1Api, binding: dict[str, object]) -> None:
    roles.create_namespaced_role_binding(LEASE_NAMESPACE, binding)
