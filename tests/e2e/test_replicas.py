"""Two processes and one Lease on a real API server: one acts; killed, stopped or paused, the other takes over.

What a take-over may take is a promise (17 s after a kill, 2 s after a clean stop); the tests allow a busy machine
more, and still tell one from the other.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request

import pytest

from local_stack.objects import condition

from .conftest import NewStage
from .replicas import LEASE_NAMESPACE, Replicas, seconds_until_leading
from .stage import Stage, wait_for

BUSY = 60.0
TWENTY = [f"user-{number}" for number in range(20)]


@pytest.fixture
def stage(replicas: Replicas, new_stage: NewStage) -> Stage:
    """Made when no shared operator runs."""
    assert not replicas.all
    return new_stage()


def probe(address: str, path: str) -> tuple[int, dict[str, object]]:
    """Ask a probe's server."""
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=120) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_two_replicas_create_twenty_users_with_twenty_calls(replicas: Replicas, stage: Stage) -> None:
    leader, standby = replicas.pair()
    stage.apply_users(TWENTY)
    stage.wait_ready(*TWENTY, timeout=120)
    assert len(stage.calls("CreateUser")) == len(TWENTY)
    assert standby.calls(stage) == []
    assert leader.calls(stage).count("CreateUser") == len(TWENTY)
    assert probe(standby.health, "/readyz")[0] == 200
    assert probe(standby.health, "/healthz")[0] == 200
    assert standby.operator.stop() == 0
    assert leader.operator.stop() == 0


def test_a_killed_leader_is_followed_within_seventeen_seconds(replicas: Replicas, stage: Stage) -> None:
    leader, standby = replicas.pair()
    stage.apply_users(TWENTY[:10])
    stage.wait_calls("CreateUser", 3)
    leader.operator.kill()
    took = seconds_until_leading(standby, time.monotonic())
    assert took < 17.0 + BUSY
    stage.apply_users(TWENTY[10:])
    stage.wait_ready(*TWENTY, timeout=120)
    assert stage.usernames() == sorted(TWENTY)
    created = [each.params["Username"] for each in stage.calls("CreateUser") if each.committed]
    assert sorted(created) == sorted(TWENTY)


def test_a_leader_that_stops_is_followed_before_its_term_is_over(replicas: Replicas, stage: Stage) -> None:
    leader, standby = replicas.pair()
    stage.apply_users(TWENTY[:5])
    stage.wait_ready(*TWENTY[:5])
    assert leader.operator.stop() == 0
    took = seconds_until_leading(standby, time.monotonic())
    assert took < 14.0  # before the term of 15 s could be over
    stage.apply_users(TWENTY[5:])
    stage.wait_ready(*TWENTY, timeout=120)
    assert len(stage.calls("CreateUser")) == len(TWENTY)


def test_a_paused_leader_that_wakes_makes_no_call(replicas: Replicas, stage: Stage) -> None:
    stage.apply_instance(apiRates={"default": {"rate": 1000, "burst": 1000}, "CreateUser": {"rate": 1, "burst": 2}})
    leader, standby = replicas.pair()
    stage.apply_users(TWENTY)
    stage.wait_calls("CreateUser", 2)  # the others wait for their turn, and are due when it wakes
    leader.operator.pause()
    paused = time.monotonic()
    took = seconds_until_leading(standby, paused)
    assert took < 17.0 + BUSY
    before = leader.calls(stage)
    leader.operator.resume()
    assert leader.operator.wait(60) == 1
    assert "was taken over by" in leader.operator.log
    assert leader.calls(stage) == before
    stage.apply_instance()
    stage.wait_ready(*TWENTY, timeout=120)
    assert len([each for each in stage.calls("CreateUser") if each.committed]) == len(TWENTY)


def test_a_standby_takes_over_what_was_edited_and_deleted_meanwhile(replicas: Replicas, stage: Stage) -> None:
    leader, standby = replicas.pair()
    stage.apply_users(TWENTY[:3])
    stage.wait_ready(*TWENTY[:3])
    leader.operator.kill()
    stage.apply_user(TWENTY[0], identityInfo={"firstName": "Anna", "lastName": "Bell"})
    stage.delete_user(TWENTY[1])
    stage.wait_gone(TWENTY[1], timeout=120)
    wait_for(lambda: stage.truth(TWENTY[0])["IdentityInfo"]["FirstName"] == "Anna", "the edit")
    assert standby.leads
    assert stage.usernames() == sorted([TWENTY[0], TWENTY[2]])


def test_without_the_right_to_keep_the_lease_it_ends_and_says_what_to_grant(replicas: Replicas, stage: Stage) -> None:
    replica = replicas.start(lease_namespace="default")
    assert replica.operator.wait(60) == 1
    log = replica.operator.log
    assert "Role connect-operator-leases in manifests/rbac.yaml" in log
    assert "namespace default" in log
    assert replica.calls(stage) == []


def test_without_leader_election_it_says_so(replicas: Replicas, stage: Stage) -> None:
    replica = replicas.start(leader_election="false")
    stage.apply_user("ada")
    stage.wait_ready("ada")
    assert "leader election is off" in replica.operator.log
    assert condition(stage.user("ada"), "Ready")["status"] == "True"
    assert LEASE_NAMESPACE not in replica.operator.log
