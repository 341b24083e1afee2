"""etcd is restored from an older snapshot under a running operator: it notices, ends, and obeys what is there then.

The kinds are also deleted under it. Each in a cluster of its own, since both hurt all who share one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from kubernetes import client

from connect_sim.control_client import SimControl
from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import Objects, OperatorProcess
from local_stack.objects import has_reason, is_ready
from local_stack.operator_process import wait_for_log

from .conftest import ROOT
from .manifests import a_connect_instance, a_connect_user, a_password_secret
from .running import SETTINGS
from .stage import wait_for

# A cluster's start, two restarts of both servers and two minutes of patience, on a busy machine.
pytestmark = pytest.mark.timeout(600)

TEAM = "team"
PATIENCE = 180.0
NOTICED_WITHIN = 120.0
"""Seconds, from the moment when the restored API server is ready."""


@dataclass(frozen=True)
class Room:
    """A cluster, and a Connect instance, with one user."""

    cluster: LocalCluster
    objects: Objects
    sim: SimControl
    operator: OperatorProcess
    core: client.CoreV1Api

    def apply(self, name: str, first_name: str) -> None:
        """A user of that first name."""
        identity = {"firstName": first_name, "lastName": "L", "email": f"{name}@example.com"}
        self.objects.apply(a_connect_user(TEAM, name, "support", identityInfo=identity))

    def wait_ready(self, *names: str) -> None:
        """Wait until all of them are."""
        for name in names:
            self.objects.wait("ConnectUser", TEAM, name, is_ready, timeout=PATIENCE)

    def first_names(self) -> dict[str, str]:
        """Who is in Connect in truth."""
        return {user["Username"]: user["IdentityInfo"]["FirstName"] for user in self.sim.users()}

    def live_on(self, writes: int) -> None:
        """What else happens in a cluster; each write is one revision of etcd."""
        for number in range(writes):
            self.core.patch_namespace(TEAM, {"metadata": {"annotations": {"example.com/n": str(number)}}})


@pytest.fixture
def room(simulator: SimProcess) -> Iterator[Room]:
    simulator.control.reset()
    simulator.control.unlimited()
    made = simulator.control.add_instance(id=str(uuid.uuid4()), region=f"sim-{uuid.uuid4().hex[:8]}")
    with LocalCluster() as cluster, cluster.api_client() as api:
        cluster.apply_crds(ROOT / "crds")
        core, objects = client.CoreV1Api(api), Objects(api)
        core.create_namespace({"metadata": {"name": TEAM}})
        objects.apply(a_password_secret(TEAM))
        objects.apply(a_connect_instance("support", made["arn"], driftCheckInterval="10s"))
        with OperatorProcess(cluster.kubeconfig, {**simulator.env, **SETTINGS}) as operator:
            sim = SimControl(simulator.url, instance=made["id"])
            room = Room(cluster, objects, sim, operator, core)
            room.apply("ada", "Ada")
            room.wait_ready("ada")
            yield room


# After few writes the restored etcd overtakes the lost history within a minute, so that only its objects can tell.
@pytest.mark.parametrize("lost_writes", [400, 5])
def test_a_restored_etcd_is_noticed_and_obeyed(room: Room, tmp_path: Path, lost_writes: int) -> None:
    room.cluster.snapshot(tmp_path / "etcd")
    room.live_on(lost_writes)
    room.apply("ada", "Lost")
    room.apply("bob", "Lost")
    room.wait_ready("ada", "bob")
    assert room.first_names() == {"ada": "Lost", "bob": "Lost"}

    room.cluster.restore(tmp_path / "etcd")
    if lost_writes < 100:
        room.live_on(200)
    assert room.operator.wait(NOTICED_WITHIN) == 1
    end = room.operator.log.splitlines()[-1]
    assert "restored from an older snapshot" in end
    assert "Traceback" not in room.operator.log

    room.operator.start()  # as the kubelet does
    room.apply("carl", "Carl")
    room.wait_ready("carl", "ada")
    names = wait_for(lambda: found if (found := room.first_names())["ada"] == "Ada" else None, "the manifest", PATIENCE)
    # bob's object does not exist any more: his user is nobody's, and is left alone.
    assert names == {"ada": "Ada", "bob": "Lost", "carl": "Carl"}


def test_an_outage_without_a_restore_ends_nothing(room: Room) -> None:
    room.cluster.stop_api_server()
    wait_for_log(room.operator, "could not be compared", PATIENCE)
    room.cluster.start_api_server()
    room.apply("ada", "Edited")
    wait_for(lambda: room.first_names() == {"ada": "Edited"} or None, "the edit", PATIENCE)
    room.wait_ready("ada")
    assert room.operator.running
    assert "caught up" not in room.operator.log


def test_kinds_that_are_deleted_end_it_with_a_sentence_and_it_recovers(room: Room) -> None:
    # A user who is to be deleted with the kinds would keep them, until that is confirmed.
    room.objects.patch("ConnectUser", TEAM, "ada", {"spec": {"deletionPolicy": "Retain"}})
    kinds = client.ApiextensionsV1Api(room.core.api_client)
    for plural in ("connectcontactassignments", "connectusers", "connectinstances"):
        kinds.delete_custom_resource_definition(f"{plural}.connect-operator.io")
    assert room.operator.wait(PATIENCE) == 1
    assert "Traceback" not in room.operator.log
    ended = room.operator.log.splitlines()[-1]
    assert '"critical"' in ended
    assert "connect-operator.io" in ended
    # It has not left before the last object was let go, else the definitions would wait for it.
    assert not kinds.list_custom_resource_definition().items

    room.operator.start()
    assert room.operator.wait(PATIENCE) == 1
    assert "apply the manifests in crds/" in room.operator.log.splitlines()[-1]

    room.cluster.apply_crds(ROOT / "crds")
    room.operator.start()
    room.objects.apply(a_connect_user(TEAM, "zoe", "nowhere"))
    room.objects.wait("ConnectUser", TEAM, "zoe", has_reason("ReferenceNotFound"), timeout=PATIENCE)
