"""Very many objects that can never be right, and one that is: it is served, and nobody else is.

The suite has some hundreds, CONNECT_OPERATOR_CAMPAIGN=1 ten thousand, and `-s` shows how long the good one took.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import OperatorProcess
from local_stack.objects import Object, condition, is_ready

from .conftest import SERVICE_ACCOUNT
from .manifests import a_connect_user
from .running import CLUSTER_ID, bugs_in
from .stage import Stage, wait_for

COUNT = 10_000 if os.environ.get("CONNECT_OPERATOR_CAMPAIGN") else 400
PATIENCE = 900.0
WRONG: tuple[Object, ...] = (
    {"routingProfileName": "Nobody"},
    {"securityProfileNames": ["Agent", "No Such Profile"]},
    {"hierarchyGroupPath": "Nowhere/At/All"},
    {"passwordSecretRef": {"name": "no-such-secret"}},
    {"identityInfo": {"firstName": "Ann"}},
    {"instanceRef": {"name": "no-such-instance"}},
)

pytestmark = pytest.mark.timeout(2400)


@pytest.fixture
def operator_here(own_cluster: LocalCluster, simulator: SimProcess) -> Iterator[OperatorProcess]:
    """The operator as people run it: what only a person can put right is tried every five minutes."""
    simulator.control.reset()
    simulator.control.unlimited()
    kubeconfig = own_cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT)
    settings = {"CONNECT_OPERATOR_CLUSTER_ID": CLUSTER_ID}
    with OperatorProcess(kubeconfig, {**simulator.env, **settings}) as operator:
        yield operator


def test_one_good_object_among_broken_ones_is_served(own_stage: Stage, operator_here: OperatorProcess) -> None:
    def put(number: int) -> None:
        spec = WRONG[number % len(WRONG)]
        own_stage.objects.apply(a_connect_user(own_stage.namespace, f"broken-{number}", own_stage.instance, **spec))

    def served(name: str, when: str) -> None:
        began = time.monotonic()
        own_stage.apply_user(name)
        own_stage.objects.wait("ConnectUser", own_stage.namespace, name, is_ready, timeout=PATIENCE)
        print(f"{when}: Ready after {time.monotonic() - began:.1f} s beside {COUNT} broken ones")  # noqa: T201 - for -s

    def all_told() -> bool:
        found = own_stage.objects.every("ConnectUser", own_stage.namespace)
        return all(condition(each, "Ready").get("reason", "Unknown") != "Unknown" for each in found)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(COUNT)))
    served("good", "in the middle of them")
    wait_for(all_told, "every object to be told its fault", PATIENCE)
    served("better", "afterwards")
    assert sorted(each["Username"] for each in own_stage.sim.users()) == ["better", "good"]
    assert operator_here.running
    assert not bugs_in(operator_here.log)
